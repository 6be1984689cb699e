"""What the tests of family MF7 share."""

from __future__ import annotations

from textwrap import dedent, indent


def flow(body: str, *, imports: str = "from metaflow import FlowSpec, step", above: str = "") -> str:
    """A flow whose first step holds `body`; the body begins on line 5 of the file, lines of `above` aside."""
    lines = indent(dedent(body).strip(), " " * 8)
    return (
        f"{imports}\n{above}class F(FlowSpec):\n    @step\n    def start(self):\n{lines}\n"
        "        self.next(self.end)\n    @step\n    def end(self): pass\n"
    )
