"""How settings, comments and the command line name rules.

A selector is a code (`MF201`), a name (`missing-project`), the first part of a code (`MF2`) or `ALL`. The
first part holds at least the letters: `M` names nothing.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from mflint.rules import Rule, all_rules

_NAME_RANK = 100


def rank(selector: str, rule: Rule) -> int:
    """How closely `selector` names `rule`: -1 not at all, 0 as one of all, more for more of the code."""
    if selector in (rule.code, rule.name):
        return _NAME_RANK
    if selector == "ALL":
        return 0
    return len(selector) if _is_first_part(selector, rule.code) else -1


def best_rank(selectors: Iterable[str], rule: Rule) -> int:
    """The rank of the selector that names `rule` most closely."""
    return max((rank(selector, rule) for selector in selectors), default=-1)


def rules_named(selector: str) -> tuple[Rule, ...]:
    """The rules that `selector` stands for; none where it is unknown."""
    return tuple(rule for rule in all_rules().values() if rank(selector, rule) >= 0)


def rule_suggestion(selector: str) -> str:
    """What may be meant by an unknown selector, as the end of a sentence; empty where nothing is near."""
    rules = all_rules().values()
    return suggestion(selector, [*(r.code for r in rules), *(r.name for r in rules), "ALL"])


def suggestion(word: str, choices: Iterable[str]) -> str:
    """`; did you mean …?` with the nearest of `choices`, whatever the case; empty where none is near."""
    folded = {choice.casefold().replace("_", "-"): choice for choice in choices}
    near = difflib.get_close_matches(word.casefold().replace("_", "-"), folded, n=1)
    return f"; did you mean `{folded[near[0]]}`?" if near else ""


def _is_first_part(selector: str, code: str) -> bool:
    letters = code.rstrip("0123456789")
    return selector.startswith(letters) and code.startswith(selector)
