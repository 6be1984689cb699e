"""Flows of the shapes that data flows through, made of the bodies of their steps."""

from __future__ import annotations

from textwrap import dedent, indent


def step(name: str, body: str, leads_to: str = "", *, joins: bool = False, decorators: str = "") -> str:
    """The source of one step; `leads_to` is what `self.next` gets."""
    lines = [dedent(body).strip("\n")] if body else []
    lines += [f"self.next({leads_to})"] if leads_to else []
    header = f"@step\ndef {name}(self{', inputs' if joins else ''}):"
    source = f"{header}\n{indent(chr(10).join(lines) or 'pass', '    ')}\n"
    return indent(f"{decorators}\n{source}" if decorators else source, "    ")


def flow(*steps: str, top: str = "", members: str = "") -> str:
    """A flow file of these steps; `top` stands above the class, `members` at its beginning."""
    parts = [
        "from metaflow import FlowSpec, Parameter, catch, step",
        dedent(top).strip("\n"),
        "class F(FlowSpec):",
        indent(dedent(members).strip("\n"), "    "),
        *steps,
    ]
    return "\n".join(part for part in parts if part) + "\n"


def static_split(
    a: str = "",
    b: str = "",
    join: str = "self.merge_artifacts(inputs)",
    *,
    start: str = "",
    top: str = "",
    members: str = "",
    decorators: str = "",
) -> str:
    """`start` splits into `a` and `b`, which `join` joins; `decorators` are those of `a`."""
    return flow(
        step("start", start, "self.a, self.b"),
        step("a", a, "self.join", decorators=decorators),
        step("b", b, "self.join"),
        step("join", join, "self.end", joins=True),
        step("end", ""),
        top=top,
        members=members,
    )


def foreach(
    work: str = "",
    join: str = "",
    *,
    start: str = "self.items = load()",
    top: str = "",
    members: str = "",
    decorators: str = "",
) -> str:
    """`start` splits into a `work` for each of `items`; `decorators` are those of `start`."""
    return flow(
        step("start", start, 'self.work, foreach="items"', decorators=decorators),
        step("work", work, "self.join"),
        step("join", join, "self.end", joins=True),
        step("end", ""),
        top=top,
        members=members,
    )
