"""The rules, one module each, in a folder per family; the module's name is the rule's name.

A rule is a generator function. The type of its first parameter says what it looks at (`Step`, `Flow`,
`FlowFile`, `SourceError`, `Suppression`, `UnusedSuppression`), its keyword-only parameters with defaults are
its options, and its docstring is its page. Where it has a second positional parameter it is given a
`Context`.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from mflint.diagnostics import Severity, Silence, Violation

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
    """A rule and what is known about it; `always` marks one that no setting switches off."""

    code: str
    profile: Profile
    check: Check
    always: bool = False

    @cached_property
    def name(self) -> str:
        """The rule's name, which is its module's."""
        return self.check.__module__.rpartition(".")[2].replace("_", "-")

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
        first = next(iter(inspect.signature(self.check).parameters.values()))
        return str(first.annotation)

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


_registered: dict[str, Rule] = {}


def rule(code: str, profile: Profile, *, always: bool = False) -> Callable[[_Check], _Check]:
    """Declare the decorated generator function as the rule `code`, run in `profile` and above."""

    def register(check: _Check) -> _Check:
        if code in _registered:
            raise ValueError(f"rule {code} is declared twice")
        _registered[code] = Rule(code, profile, check, always)
        return check

    return register


@lru_cache(maxsize=1)
def all_rules() -> Mapping[str, Rule]:
    """Every rule by code, in the order of the codes."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    return MappingProxyType(dict(sorted(_registered.items())))
