"""The rules, one module each, in a folder per family; the module's name is the rule's name.

A rule is a generator function. The type of its first parameter says what it looks at (`Step`, `Flow`,
`FlowFile`, `SourceError`, `Suppression`, `UnusedSuppression`), its keyword-only parameters with defaults are
its options, and its docstring is its page. Where it has a second positional parameter it is given a
`Context`.

Rules that a project brings itself are declared in the same way, in a module that its settings name.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from mflint.diagnostics import Applicability, Severity, Silence, Violation

DOCUMENTATION = "https://mflint.readthedocs.io/en/stable/"
Check = Callable[..., Iterator[Violation | Silence]]
_Check = TypeVar("_Check", bound=Check)


class Profile(Enum):
    """The ladder of rule sets: each contains the one before it."""

    CORRECTNESS = "correctness"
    RECOMMENDED = "recommended"
    STRICT = "strict"

    def includes(self, other: Profile) -> bool:
        """Whether a rule of profile `other` runs under this one."""
        return list(Profile).index(other) <= list(Profile).index(self)


@dataclass(frozen=True)
class Rule:
    """A rule and what is known about it.

    `always` marks one that no setting switches off; `fix` says of what kind its fixes are, None that it has
    none.
    """

    code: str
    profile: Profile
    check: Check
    always: bool = False
    fix: Applicability | None = None

    @cached_property
    def name(self) -> str:
        """The rule's name: the function's, or its module's where the function is just called `check`."""
        own = self.check.__name__
        found = self.module.rpartition(".")[2] if own == "check" else own
        return found.replace("_", "-")

    @property
    def module(self) -> str:
        """The module that declares it."""
        return self.check.__module__

    @property
    def builtin(self) -> bool:
        """Whether it is one of mflint's own."""
        return self.module.startswith(f"{__name__}.")

    @property
    def url(self) -> str | None:
        """Where the page can be read; None for the rule of a plugin."""
        return f"{DOCUMENTATION}rules/{self.name}/" if self.builtin else None

    @property
    def severity(self) -> Severity:
        """An error where a run fails or loses data, else a warning."""
        return Severity.ERROR if self.profile is Profile.CORRECTNESS else Severity.WARNING

    @cached_property
    def page(self) -> str:
        """The documentation page, in Markdown."""
        return inspect.cleandoc(self.check.__doc__ or "")

    @property
    def summary(self) -> str:
        """The page's first line."""
        return self.page.partition("\n")[0]

    @cached_property
    def subject(self) -> str:
        """The name of the type that the rule looks at."""
        first = next(iter(inspect.signature(self.check).parameters.values()), None)
        annotation = first.annotation if first is not None else ""
        named = annotation.__name__ if isinstance(annotation, type) else str(annotation)
        return named.rpartition(".")[2]

    @cached_property
    def takes_context(self) -> bool:
        """Whether the rule asks for more than its subject."""
        parameters = inspect.signature(self.check).parameters.values()
        return sum(p.kind is not p.KEYWORD_ONLY for p in parameters) > 1

    @cached_property
    def options(self) -> Mapping[str, Any]:
        """The rule's options as written in settings, with their defaults."""
        parameters = inspect.signature(self.check).parameters.values()
        return {
            p.name.replace("_", "-"): p.default
            for p in parameters
            if p.kind is p.KEYWORD_ONLY and p.default is not p.empty
        }


SUBJECTS = ("FlowFile", "Flow", "Step")
"""What a rule may look at; kinds that only mflint's own look at come on top."""

_OWN_SUBJECTS = ("SourceError", "Suppression", "UnusedSuppression")
_CODE = re.compile(r"[A-Z]+[0-9]+")
_registered: dict[str, Rule] = {}


def rule(
    code: str, profile: Profile, *, always: bool = False, fix: Applicability | None = None
) -> Callable[[_Check], _Check]:
    """Declare the decorated generator function as the rule `code`, run in `profile` and above.

    Raises ValueError for a code or a name that is taken or malformed, and for a function whose first
    parameter is not annotated with what a rule may look at.
    """

    def register(check: _Check) -> _Check:
        declared = Rule(code, profile, check, always, fix)
        _refuse_unfit(declared)
        _registered[code] = declared
        all_rules.cache_clear()
        return check

    return register


def _refuse_unfit(declared: Rule) -> None:
    subjects = (*SUBJECTS, *_OWN_SUBJECTS) if declared.builtin else SUBJECTS
    if not _CODE.fullmatch(declared.code):
        raise ValueError(f"rule code `{declared.code}` must be capitals followed by digits")
    if declared.subject not in subjects:
        known = ", ".join(subjects)
        raise ValueError(f"rule {declared.code} must annotate its first parameter as one of {known}")
    for other in _registered.values():
        if declared.code == other.code:
            raise ValueError(
                f"rule {declared.code} is declared twice, in {other.module} and {declared.module}"
            )
        if declared.name == other.name:
            raise ValueError(f"two rules are called {declared.name}, {other.code} and {declared.code}")


@lru_cache(maxsize=1)
def all_rules() -> Mapping[str, Rule]:
    """Every rule by code, in the order of the codes: mflint's own, then those of plugins that are loaded."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    order = sorted(_registered.values(), key=lambda rule: (not rule.builtin, rule.code))
    return MappingProxyType({rule.code: rule for rule in order})
