from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import libcst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from mflint import positions
from mflint.diagnostics import Position, Span
from mflint.positions import locate
from mflint.source import Source

EXAMPLES = Path(__file__).parents[2] / "examples" / "flows"
METAFLOW = find_spec("metaflow")
assert METAFLOW is not None
assert METAFLOW.origin is not None
TUTORIALS = Path(METAFLOW.origin).parent / "tutorials"
FLOWS = sorted([*EXAMPLES.rglob("*.py"), *TUTORIALS.rglob("*.py")])

NASTY = {
    "decorators over several lines": """
@a
# between
@b(
    c,  # why
    d=[1, 2],
)

@e . f
class A ( B , metaclass = C ) :
    @property
    def x(self) : return 1
""",
    "parentheses around everything": "x = ((  (a) , (b)))\ny = (yield_ for yield_ in (z))\nassert (x), (y)\n",
    "tabs": "if a:\n\tif b:\n\t\tc = {\t'd'\t: 1 }\n\telse:\n\t\tpass\n",
    "letters of two and four bytes": "é = 'ü😀'; ñ = f'{é!r:>{ñ}} 😀'\n",
    "strings over several lines": "a = '''\nb\n''' 'c' \\\n    f'''{\nd}'''\n",
    "one line for everything": "class A: x = 1; y = 2\nfor i in x: break\nelse: pass\n",
    "blank lines and comments": "\n# a\n\n  # b\n\nimport a . b as c, d\nfrom . import (e,\n f as g,)\n",
    "match": "match a, b:\n    case [1, *_] | {'k': v, **r} if v: pass\n    case A(x=1) as c: pass\n",
    "try, with and async": """
async def f(a, /, b: int = 1, *c, d, **e) -> None:
    async with a as b, c as (d, e):
        async for x in y: await z
    try: pass
    except* (A, B) as c: raise d from e
    finally: del a, (b), c[1:2, ...]
    return lambda *a, b=1: (yield)
""",
}


def all_nodes(module: libcst.Module) -> list[libcst.CSTNode]:
    found: list[libcst.CSTNode] = []
    pending: list[libcst.CSTNode] = [module]
    while pending:
        node = pending.pop()
        found.append(node)
        pending.extend(node.children)
    return found


def expected(module: libcst.Module, nodes: list[libcst.CSTNode]) -> dict[libcst.CSTNode, Span]:
    computed = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    ranges = {node: computed[node] for node in nodes if node in computed}
    return {
        node: Span(
            Position(found.start.line, found.start.column + 1), Position(found.end.line, found.end.column + 1)
        )
        for node, found in ranges.items()
    }


def differences(data: bytes) -> dict[str, tuple[Span, Span | None]]:
    """The nodes that `locate` finds elsewhere than libcst, as code, each with libcst's place and its own."""
    module = Source(Path("flow.py"), data).module
    nodes = all_nodes(module)
    right = expected(module, nodes)
    found = locate(module, list(right))
    return {
        f"{type(node).__name__} {module.code_for_node(node)!r}": (span, found.get(node))
        for node, span in right.items()
        if found.get(node) != span
    }


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_node_of_a_real_flow_is_found_where_libcst_finds_it(path: Path) -> None:
    assert differences(path.read_bytes()) == {}


@pytest.mark.parametrize("code", NASTY.values(), ids=NASTY)
def test_every_node_is_found_where_libcst_finds_it(code: str) -> None:
    assert differences(code.encode()) == {}


@pytest.mark.parametrize("code", NASTY.values(), ids=NASTY)
def test_every_node_of_a_file_with_crlf_is_found_where_libcst_finds_it(code: str) -> None:
    assert differences(code.replace("\n", "\r\n").encode()) == {}


@pytest.mark.parametrize("code", NASTY.values(), ids=NASTY)
def test_each_node_asked_for_alone_stands_where_it_stands_among_all(code: str) -> None:
    module = Source(Path("flow.py"), code.encode()).module
    nodes = list(expected(module, all_nodes(module)))
    assert {node: locate(module, [node])[node] for node in nodes} == locate(module, nodes)


@pytest.mark.parametrize("code", NASTY.values(), ids=NASTY)
def test_without_libcsts_printer_its_provider_gives_the_same(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = Source(Path("flow.py"), code.encode()).module
    nodes = list(expected(module, all_nodes(module)))
    printed = locate(module, nodes)
    monkeypatch.setattr(positions, "CodegenState", None)
    assert locate(module, nodes) == printed


def test_a_decorated_class_begins_at_its_keyword_and_its_name_at_its_name() -> None:
    module = libcst.parse_module("x = 1\n\n@a\n@b\nclass  C :\n    pass\n")
    klass = libcst.ensure_type(module.body[1], libcst.ClassDef)
    assert locate(module, [klass, klass.name]) == {
        klass: Span(Position(5, 1), Position(6, 9)),
        klass.name: Span(Position(5, 8), Position(5, 9)),
    }


def test_the_last_statement_ends_where_the_file_ends_without_a_line_end() -> None:
    module = libcst.parse_module("a = 1\nb = 2")
    assert locate(module, [module.body[1]]) == {module.body[1]: Span(Position(2, 1), Position(2, 6))}
