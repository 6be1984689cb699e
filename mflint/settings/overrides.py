"""The command line outranks the settings file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from mflint.rules import Profile
from mflint.settings.model import Settings
from mflint.settings.selectors import rules_named
from mflint.settings.validation import FAIL_ON, check_selectors

COMMAND_LINE = "command line"


def with_overrides(
    settings: Settings,
    *,
    profile: Profile | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    extend_select: Sequence[str] = (),
    fail_on: str | None = None,
    fix: bool | None = None,
    unsafe_fixes: bool | None = None,
    fixable: Sequence[str] = (),
    unfixable: Sequence[str] = (),
) -> Settings:
    """`settings` changed by what the command line gives; what it leaves out (None, empty) stays.

    `select` begins anew: the file's `select`, `ignore` and `extend-select` no longer count. `profile` does
    away with the file's `select`. `ignore` and `extend_select` add to the file's and win over them. `fixable`
    begins anew, `unfixable` adds. Raises SettingsError for an unknown selector.
    """
    given = {"select": select, "ignore": ignore, "extend-select": extend_select}
    for key, selectors in {**given, "fixable": fixable, "unfixable": unfixable}.items():
        check_selectors(selectors, f"--{key}")
    changes: dict[str, Any] = {}
    if profile is not None:
        changes |= {"profile": profile, "select": ()}
    if select:
        changes |= {"select": tuple(select), "ignore": tuple(ignore), "extend_select": tuple(extend_select)}
    elif ignore or extend_select:
        changes |= _layered(replace(settings, **changes), ignore, extend_select)
    if fail_on is not None:
        changes["fail_on"] = FAIL_ON[fail_on]
    changes |= {k: v for k, v in {"fix": fix, "unsafe_fixes": unsafe_fixes}.items() if v is not None}
    if fixable:
        changes |= {"fixable": tuple(fixable), "unfixable": tuple(unfixable)}
    elif unfixable:
        changes |= {"unfixable": _unique((*settings.unfixable, *unfixable))}
    return replace(settings, **changes, origins={**settings.origins, **_origins(changes)})


def _layered(settings: Settings, ignore: Sequence[str], extend_select: Sequence[str]) -> dict[str, Any]:
    kept = tuple(s for s in settings.ignore if not _covered(s, extend_select))
    closer = (s for s in (*settings.select, *settings.extend_select) if _covered(s, ignore))
    changes: dict[str, Any] = {}
    if ignore or kept != settings.ignore:
        changes["ignore"] = _unique((*kept, *ignore, *(s for s in closer if s not in extend_select)))
    if extend_select:
        changes["extend_select"] = _unique((*settings.extend_select, *extend_select))
    return changes


def _covered(selector: str, by: Iterable[str]) -> bool:
    rules = set(rules_named(selector))
    return any(rules <= set(rules_named(other)) for other in by)


def _unique(selectors: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(selectors))


def _origins(changes: Iterable[str]) -> dict[str, str]:
    return {name.replace("_", "-"): COMMAND_LINE for name in changes}
