from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check

STEPS = """
    @step
    def start(self):
        {body}
        self.next(self.end)
    @step
    def end(self): pass
"""


def flow(
    above: str = "", body: str = "pass", below: str = "", attributes: str = "", decorator: str = ""
) -> str:
    head = "import os\nfrom metaflow import Config, FlowSpec, Parameter, exit_hook, step\n"
    klass = f"{decorator}class F(FlowSpec):\n    {attributes or 'pass'}{STEPS.format(body=body)}"
    return f"{head}{above}{klass}{below}"


def beside(line: int, column: int, what: str, flow_name: str = "F") -> tuple[int, int, str]:
    return (line, column, f"{what} stands beside `{flow_name}` in its file")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(flow("def f(): pass\n"), [beside(3, 5, "function `f`")], id="a function nobody uses"),
        pytest.param(
            flow("def f(): pass\n", "f()"), [beside(3, 5, "function `f`")], id="a function a step uses"
        ),
        pytest.param(
            flow("async def f(): pass\n", "f()"), [beside(3, 11, "function `f`")], id="an async helper"
        ),
        pytest.param(flow("class C: pass\n", "C()"), [beside(3, 7, "class `C`")], id="a class a step uses"),
        pytest.param(
            flow("if os.name:\n    def f(): pass\nelse:\n    def f(): pass\n"),
            [beside(4, 9, "function `f`"), beside(6, 9, "function `f`")],
            id="both definitions of a conditional function",
        ),
        pytest.param(
            flow("def f(): pass\n", "f()", "if __name__ == '__main__':\n    f()\n    F()\n"),
            [beside(3, 5, "function `f`")],
            id="what the main guard and a step use",
        ),
        pytest.param(
            flow("def g(): pass\ndef f(): g()\n", "f()", "if __name__ == '__main__':\n    g()\n"),
            [beside(3, 5, "function `g`"), beside(4, 5, "function `f`")],
            id="what the main guard and a helper of a step use",
        ),
        pytest.param(
            flow(below="class G(FlowSpec):" + STEPS.format(body="pass")),
            [beside(3, 7, "a second flow `F`", "G")],
            id="the last of two flows that nobody starts is the main one",
        ),
        pytest.param(
            flow(
                below="class G(FlowSpec):"
                + STEPS.format(body="pass")
                + "if __name__ == '__main__':\n    F()\n"
            ),
            [beside(11, 7, "a second flow `G`")],
            id="the flow that the main guard starts is the main one",
        ),
        pytest.param(
            flow(
                below="class G(FlowSpec):"
                + STEPS.format(body="pass")
                + "if __name__ == '__main__':\n    F() if os.name else G()\n"
            ),
            [beside(11, 7, "a second flow `G`")],
            id="two flows in a main guard",
        ),
    ],
)
def test_what_stands_beside_the_flow_is_found(
    tmp_path: Path, code: str, expected: list[tuple[int, int, str]]
) -> None:
    assert check(tmp_path, {"flow.py": code}, "MF101") == expected


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(flow(), id="nothing beside it"),
        pytest.param(
            flow("def f(x): return x\n", attributes="c = Config('c', default='a', parser=f)"),
            id="a Config's parser",
        ),
        pytest.param(
            flow("def f(x): return x\n", attributes="c = Config('c', default='a', parser='flow.f')"),
            id="a Config's parser by name",
        ),
        pytest.param(flow("def f(): pass\n", attributes="p = Parameter('p', default=f)"), id="a default"),
        pytest.param(
            flow("def p(): pass\n", attributes="p = Parameter('p', default=p)"), id="a default of one name"
        ),
        pytest.param(
            flow("def g(): pass\ndef f(): g()\n", attributes="p = Parameter('p', default=f())"),
            id="what a default's function calls",
        ),
        pytest.param(
            flow("def f(): pass\nX = f()\n", attributes="p = Parameter('p', default=X)"),
            id="a constant's function",
        ),
        pytest.param(
            flow("def f(): pass\n", attributes="p = Parameter('p', default=lambda _: f())"),
            id="what a lambda calls",
        ),
        pytest.param(flow("def d(c): return c\n", decorator="@d\n"), id="a decorator of the class"),
        pytest.param(
            flow("def d(c): return c\n", attributes="@d\n    def m(self): pass"), id="a decorator of a method"
        ),
        pytest.param(flow("class M: pass\n").replace("F(FlowSpec)", "F(M, FlowSpec)"), id="a mixin"),
        pytest.param(
            flow("def f(run): pass\n", decorator="@exit_hook(on_success=[f])\n"), id="a function in exit_hook"
        ),
        pytest.param(
            flow("def f(run): pass\n", decorator="@exit_hook(on_success=['f'])\n"), id="a name in exit_hook"
        ),
        pytest.param(
            flow("def main(): F()\n", below="if __name__ == '__main__':\n    main()\n"),
            id="what the guard calls",
        ),
        pytest.param(
            flow(below="if '__main__' == __name__ and os.name:\n    def main(): F()\n    main()\n"),
            id="what the guard defines",
        ),
        pytest.param(
            flow(
                "def g(): F()\ndef main(): g()\n",
                below="if __name__ == '__main__':\n    import sys; sys.exit(main())\n",
            ),
            id="what the guard's functions call",
        ),
        pytest.param(
            "from metaflow import FlowSpec\nclass F(FlowSpec): pass\ndef f(): pass\n",
            id="a flow without steps",
        ),
        pytest.param(
            "from metaflow import FlowSpec, step\ndef make():\n    class F(FlowSpec):\n        @step\n"
            "        def start(self): pass\n    return F\n",
            id="a flow that a function makes",
        ),
    ],
)
def test_what_the_definition_or_the_main_guard_needs_is_allowed(tmp_path: Path, code: str) -> None:
    assert check(tmp_path, {"flow.py": code}, "MF101") == []
