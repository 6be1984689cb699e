"""The name that `@project` gives a flow, and the names that a whole project has in use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mflint.diagnostics import Place
    from mflint.model import AppliedDecorator, Decorator, Flow, Node

PROJECT = "metaflow.project"

_VALID = re.compile(r"[a-z0-9_]+")
_MAX_LENGTH = 128


@dataclass(frozen=True, slots=True)
class NamedFlow:
    """A class whose own `@project` spells its name out; `place` is the name's."""

    name: str
    flow: str
    place: Place


@dataclass(frozen=True, slots=True)
class NamesInUse:
    """The names that the flows of a project spell out in their `@project`, tests left out.

    `usual` are those that most flows have, several where they tie. `flows` holds at least one flow of each
    name, and all flows of every name that is not the only usual one. `computed` tells that the name of some
    flow cannot be read.
    """

    usual: tuple[str, ...]
    flows: Mapping[str, tuple[NamedFlow, ...]]
    computed: bool

    @property
    def agreed(self) -> str | None:
        """The name that all flows have, if there is one."""
        return self.usual[0] if len(self.flows) == 1 and not self.computed else None


def own_project(flow: Flow) -> AppliedDecorator | None:
    """The `@project` above the flow's own class."""
    own = (d for d in flow.decorators if d.decorator in flow.definition.decorators)
    return next((d for d in own if d.qualified == PROJECT), None)


def name_node(decorator: Decorator) -> Node:
    """Where a `@project` says its name; the whole decorator where it says none."""
    name = decorator.call.argument("name") if decorator.call is not None else None
    return name.node if name is not None else decorator.node.decorator


def refusal(name: str) -> str | None:
    """Why Metaflow refuses the name of a project (`format_name` in plugins/project_decorator.py)."""
    if len(name) > _MAX_LENGTH:
        return f"a project's name has at most {_MAX_LENGTH} characters, this one {len(name)}"
    if not _VALID.fullmatch(name):
        return f"Metaflow refuses the project name `{name!r}`"
    return None
