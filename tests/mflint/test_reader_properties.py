"""The reader reads any code, and sees every attribute of `self` that Python's own parser sees."""

from __future__ import annotations

import ast
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import libcst as cst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mflint.reader import read_file
from mflint.source import with_deep_stack

QUICK = settings(
    max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)
EXPRESSIONS = (
    "{0}.a", "{0}.b.c", "{0}.f({1})", "x", "1", "'s'", "[{1} for y in {2}]", "{{y: {1} for y in {2} if {3}}}",
    "({1} for y in {2} for z in {0}.c)", "(lambda x={1}: {2})", "(lambda {0}: {0}.z + {1})", "(w := {1})",
    "f'{{{0}.e}}'", "{1}[{2}:{3}]", "({1} if {2} else {3})", "f(*{1}, **{2})", "(not {1})", "({1} < {2})",
    "(yield {1})", "[*{1}, {2}]", "{0}.d[{1}]",
)  # fmt: skip
SIMPLE = (
    "{0}.a = {1}", "{0}.a += {1}", "{0}.a: int = {1}", "{0}.b: int", "{0}.a, *{0}.b = {1}", "del {0}.a",
    "{0}.a[{1}] = {2}", "{0}.a.b = {1}", "{0}.c = {0}.d = {1}", "x = {1}", "{1}", "return {1}",
    "assert {1}, {2}", "raise {1}", "global g", "import os", "pass", "{0}.a.b += {1}", "del {0}.a[{1}], x",
    "a, (x, {0}.b) = {1}",
)  # fmt: skip
BLOCKS = (
    "if {1}:\n{A}\nelif {2}:\n{B}\nelse:\n{A}",
    "for x in {1}:\n{A}\nelse:\n{B}",
    "for {0}.i in {1}:\n{A}",
    "while {1}:\n{A}",
    "with {1} as x, {2} as {0}.w:\n{A}",
    "try:\n{A}\nexcept E as e:\n{B}\nelse:\n{A}\nfinally:\n{B}",
    "def g(x={1}):\n{A}",
    "def g({0}):\n{A}",
    "@{1}\ndef g(*, x={2}):\n{A}",
    "async def g(x):\n    async for y in {1}:\n        await {2}\n    async with {3} as z:\n        pass",
    "class C({1}):\n{A}\n    def m({0}):\n        {0}.q = {2}",
    "match {1}:\n    case {{'k': y}} if {2}:\n        {0}.a = {3}\n    case [1, *r] | K(c=r):\n        pass",
)
NEWER = (
    ("try:\n{A}\nexcept* E as e:\n{B}", (3, 11)),
    ("def g[T: int](x: T = {1}) -> T:\n{A}", (3, 12)),
    ("type A[T] = list[T]", (3, 12)),
)
STATEMENTS = (*BLOCKS, *(text for text, version in NEWER if sys.version_info >= version))


def expression(chance: random.Random, depth: int = 2) -> str:
    """An expression in which the flow object is written SELF."""
    inner = [expression(chance, depth - 1) if depth else "1" for _ in range(3)]
    return chance.choice(EXPRESSIONS if depth else EXPRESSIONS[:6]).format("SELF", *inner)


def body(chance: random.Random, depth: int = 2) -> str:
    """A few statements."""
    lines = []
    for _ in range(chance.randint(1, 3)):
        inner = [expression(chance) for _ in range(3)]
        if depth and chance.random() < 0.6:
            blocks = {name: indent(body(chance, depth - 1), "    ") for name in "AB"}
            lines.append(chance.choice(STATEMENTS).format("SELF", *inner, **blocks))
        else:
            lines.append(chance.choice(SIMPLE).format("SELF", *inner))
    return "\n".join(lines)


def flow_class(chance: random.Random) -> str:
    """A class with two methods, whose flow objects are called differently."""
    methods = []
    for name, flow in (("start", "self"), ("end", "this")):
        lines = indent(body(chance).replace("SELF", flow), "        ")
        methods.append(f"    @step\n    def {name}({flow}, inputs=None):\n{lines}\n")
    return "class F(FlowSpec):\n" + "\n".join(methods)


@QUICK
@given(seed=st.integers(0, 2**32))
def test_every_attribute_of_self_is_read_or_written_as_python_says(seed: int) -> None:
    code = flow_class(random.Random(seed))
    tree = ast.parse(code)  # what `code` has of newer grammar, this Python knows
    file = with_deep_stack(lambda: read_file(Path("flow.py"), cst.parse_module(code)))
    klass = next(k for k in file.classes if k.name == "F")
    (defined,) = tree.body
    assert isinstance(defined, ast.ClassDef)
    for function, node in zip(klass.functions, defined.body, strict=True):
        assert isinstance(node, ast.FunctionDef)
        accesses = list(_accesses(node.body, node.args.args[0].arg))
        assert sorted(read.name for read in function.reads) == _only(accesses, "read")
        assert sorted(write.name for write in function.writes) == _only(accesses, "write")


def _only(accesses: list[tuple[str, str]], kind: str) -> list[str]:
    return sorted(name for found, name in accesses if found == kind)


def _accesses(roots: list[ast.stmt], flow: str) -> Iterator[tuple[str, str]]:
    """`read` or `write`, and the attribute; an attribute that is changed in place is written, too.

    A class within a method is left out: what it does to the flow is not followed.
    """
    stack: list[ast.AST] = list(roots)
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) and _takes(node, flow):
            stack += [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
            stack += getattr(node, "decorator_list", [])
            continue
        if isinstance(node, ast.ClassDef):
            continue
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            if isinstance(node, ast.Attribute) and _is_name(node.value, flow):
                yield "write", node.attr
                continue
            base = _base(node, flow)
            if base:
                yield "write", base
        elif isinstance(node, ast.Attribute) and _is_name(node.value, flow):
            yield "read", node.attr
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute):
            yield from [("read", node.target.attr)] if _is_name(node.target.value, flow) else ()
        stack.extend(ast.iter_child_nodes(node))


def _takes(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str) -> bool:
    return any(argument.arg == name for argument in node.args.args)


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _base(node: ast.expr, flow: str) -> str:
    """`a` for `self.a.b[0].c`."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        if isinstance(node, ast.Attribute) and _is_name(node.value, flow):
            return node.attr
        node = node.value
    return ""
