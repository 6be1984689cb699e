from __future__ import annotations

import pytest

from mflint.model import UNKNOWN, AssignmentKind, Function
from tests.mflint.flow_projects import read

KIND = AssignmentKind


def method(body: str, signature: str = "self") -> Function:
    """The one method of a class, with `body`."""
    lines = "\n".join(f"        {line}" for line in body.splitlines())
    return read(f"class F:\n    def start({signature}):\n{lines}\n").classes[0].functions[0]


def writes(body: str) -> list[tuple[str, AssignmentKind, tuple[int, ...] | None]]:
    return [(w.name, w.kind, w.elements) for w in method(body).writes]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("self.a = 1", [("a", KIND.PLAIN, ())]),
        ("self.a = self.b = 1", [("a", KIND.PLAIN, ()), ("b", KIND.PLAIN, ())]),
        ("self.a: int = 1", [("a", KIND.ANNOTATED, ())]),
        ("self.a: int", [("a", KIND.DECLARED, ())]),
        ("self.a += 1", [("a", KIND.AUGMENTED, ())]),
        ("self.a, b = 1, 2", [("a", KIND.UNPACKED, (0,))]),
        ("(b, [self.a, c]) = x", [("a", KIND.UNPACKED, (1, 0))]),
        ("b, *self.a = x", [("a", KIND.UNPACKED, None)]),
        ("*b, self.a = x", [("a", KIND.UNPACKED, None)]),
        ("for self.a in x: pass", [("a", KIND.LOOP, None)]),
        ("for i, self.a in x: pass", [("a", KIND.LOOP, None)]),
        ("with x as self.a: pass", [("a", KIND.WITH, ())]),
        ("with x as (b, self.a): pass", [("a", KIND.WITH, (1,))]),
        ("self.a[0] = 1", [("a", KIND.SUBSCRIPT, None)]),
        ("self.a['b'].c[1] = 1", [("a", KIND.SUBSCRIPT, None)]),
        ("self.a.b = 1", [("a", KIND.ATTRIBUTE, None)]),
        ("self.a.b.c += 1", [("a", KIND.ATTRIBUTE, None)]),
        ("del self.a", [("a", KIND.DELETE, ())]),
        ("del self.a, (self.b)", [("a", KIND.DELETE, ()), ("b", KIND.DELETE, ())]),
        ("del self.a[0]", [("a", KIND.SUBSCRIPT, None)]),
        ("del self.a.b", [("a", KIND.ATTRIBUTE, None)]),
        ("setattr(self, 'a', 1)", [("a", KIND.SETATTR, ())]),
        ("delattr(self, 'a')", [("a", KIND.DELETE, ())]),
        ("setattr(other, 'a', 1)", []),
        ("other.self.a = 1", []),
        ("a = self.b", []),
        ("self().a = 1", []),
    ],
)
def test_what_is_done_to_an_attribute_of_self_is_a_write(
    body: str, expected: list[tuple[str, AssignmentKind, tuple[int, ...] | None]]
) -> None:
    assert writes(body) == expected


@pytest.mark.parametrize(
    ("body", "nested"),
    [
        ("self.a = 1", [False]),
        ("if x: self.a = 1", [False]),
        ("def f(): self.a = 1", [True]),
        ("async def f():\n    def g(): self.a = 1", [True]),
        ("f = lambda: setattr(self, 'a', 1)", [True]),
        ("def f(self): self.a = 1", []),
        ("f = lambda self: setattr(self, 'a', 1)", []),
        ("class C:\n    def f(self): self.a = 1", []),
        ("[setattr(self, 'a', x) for x in y]", [False]),
    ],
)
def test_a_write_in_a_nested_function_may_never_happen(body: str, nested: list[bool]) -> None:
    assert [w.nested for w in method(body).writes] == nested


@pytest.mark.parametrize(
    ("body", "count"),
    [
        pytest.param("'''Why.'''", 0, id="a docstring"),
        pytest.param("import a\nfrom b import c", 0, id="imports"),
        pytest.param("a = 1\nf(a)\npass", 3, id="three lines"),
        pytest.param("a = 1; f(a); del a", 3, id="three in a line"),
        pytest.param("if a: b = 1\nelif c: d = 1\nelse: e = 1", 4, id="an if with its branches"),
        pytest.param("for a in b:\n    while a:\n        f(a)", 3, id="loops"),
        pytest.param("with a:\n    try: b()\n    except C: d()\n    finally: e()", 5, id="with and try"),
        pytest.param("match a:\n    case 1: b()\n    case _: c()", 3, id="a match"),
        pytest.param("def f():\n    a = 1\n    def g(): return a", 4, id="nested functions"),
        pytest.param("a = lambda: b(c)", 1, id="a lambda"),
    ],
)
def test_the_statements_of_a_function_are_counted_at_every_depth(body: str, count: int) -> None:
    assert method(body).statements == count


@pytest.mark.parametrize("decorator", ["staticmethod", "classmethod"])
def test_a_method_without_instance_writes_no_artifacts(decorator: str) -> None:
    (klass,) = read(f"class F:\n    @{decorator}\n    def f(df):\n        df.index = 1\n").classes
    assert klass.functions[0].writes == ()


def test_the_flow_object_is_what_the_first_parameter_is_called() -> None:
    assert [w.name for w in method("this.a = 1\nself.b = 2", "this, self").writes] == ["a"]


@pytest.mark.parametrize(
    ("body", "escapes"),
    [
        ("f(self)", 1),
        ("f(a=self)", 1),
        ("x = self", 1),
        ("x = [self]", 1),
        ("return self", 1),
        ("setattr(self, name, 1)", 1),
        ("self.__dict__['a'] = 1", 1),
        ("f(self.a)", 0),
        ("self.f()", 0),
        ("getattr(self, name)", 0),
        ("super(F, self).start()", 1),
        ("isinstance(self, F)", 0),
        ("print(self)", 0),
    ],
)
def test_self_escapes_where_other_code_gets_it(body: str, escapes: int) -> None:
    assert len(method(body).escapes) == escapes


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("use(a)", ["a", "use"]),
        ("a = 1\nuse(a)", ["use"]),
        ("use(a)\na = 1", ["use"]),
        ("for a in b: use(a)", ["b", "use"]),
        ("with b as a: use(a)", ["b", "use"]),
        ("try: pass\nexcept E as a: use(a)", ["E", "use"]),
        ("use((a := b), a)", ["b", "use"]),
        ("[a for a in b if c]", ["b", "c"]),
        ("[a for b in c for a in b]", ["c"]),
        ("{a: d for a, *d in b}", ["b"]),
        ("[b for b in b]", ["b"]),
        ("[(lambda b: a + b + c) for a in d]", ["c", "d"]),
        ("lambda a, *b, c=d, **e: a, b, e", ["b", "d", "e"]),
        ("def f(a, b=c) -> d: return a + e", ["c", "d", "e"]),
        ("def f():\n    nonlocal_ = a\n    return nonlocal_", ["a"]),
        ("a = 1\ndef f(): return a", []),
        ("def f(): return g()\ndef g(): return f()", []),
        ("global a\na = b\nuse(a)", ["a", "b", "use"]),
        ("import a.b as c, d.e\nuse(c, d, a)", ["a", "use"]),
        ("match a:\n    case B(c=d, e=[*f]) | {'g': h.i, **j}: use(d, f, j)", ["B", "a", "h", "use"]),
        ("match a:\n    case b as c if b and c: pass\n    case _: pass", ["a"]),
        ("x: a = b", ["b"]),
        ("f'{a!r:{b}}' f'{c=}'", ["a", "b", "c"]),
        ("a.b.c(d=e)[f:g]", ["a", "e", "f", "g"]),
        ("class C(a, b=c):\n    d = e\n    f = d\n    def g(self): return h, d", ["a", "c", "d", "e", "h"]),
        ("await a\nasync with b: pass\nasync for c in d: pass", ["a", "b", "d"]),
        ("yield a\nraise b from c", ["a", "b", "c"]),
        ("assert a, b\ndel c", ["a", "b"]),
        ("@a\ndef f(): pass", ["a"]),
        ("try: pass\nexcept* a: pass\nelse: b\nfinally: c", ["a", "b", "c"]),
        ("while a: b\nelse: c", ["a", "b", "c"]),
        ("type A = b", []),
        ("print('a')", ["print"]),
    ],
)
def test_a_function_uses_the_names_that_it_does_not_bind(body: str, expected: list[str]) -> None:
    assert sorted(method(body).uses) == expected


def test_a_class_body_takes_a_name_from_outside_until_it_binds_it() -> None:
    (klass,) = read("class F(B):\n    a = a\n    b = a\n    def c(self, d=c): return e\n").classes
    assert {name: len(nodes) for name, nodes in klass.definition_uses.items()} == {"B": 1, "a": 1, "c": 1}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import a", [("a", 0, None, "a", "a")]),
        ("import a.b, c.d as e", [("a.b", 0, None, "a", "a.b"), ("c.d", 0, None, "e", "c.d")]),
        ("from a.b import c as d", [("a.b", 0, "c", "d", "a.b.c")]),
        ("from a import *", [("a", 0, "*", "*", "a.*")]),
        ("from . import a", [("", 1, "a", "a", ".a")]),
        ("from ..a import b", [("a", 2, "b", "b", "..a.b")]),
        ("from a import (\n    b,\n    c as d,\n)", [("a", 0, "b", "b", "a.b"), ("a", 0, "c", "d", "a.c")]),
        ("if x:\n    import a\nelse:\n    import b", [("a", 0, None, "a", "a"), ("b", 0, None, "b", "b")]),
        ("try:\n    import a\nexcept E:\n    import b", [("a", 0, None, "a", "a"), ("b", 0, None, "b", "b")]),
        ("with x: import a", [("a", 0, None, "a", "a")]),
        ("def f(): import a", []),
        ("class C: import a", []),
    ],
)
def test_an_import_of_the_module_binds_a_name(
    code: str, expected: list[tuple[str, int, str | None, str, str]]
) -> None:
    assert [(i.module, i.level, i.name, i.bound, i.target) for i in read(code).imports] == expected


def test_imports_of_methods_and_class_bodies_belong_to_them() -> None:
    (klass,) = read(
        "class F:\n    import a\n    def f(self):\n        import b\n        def g(): import c\n"
    ).classes
    assert [i.bound for i in klass.imports] == ["a"]
    assert [i.bound for i in klass.functions[0].imports] == ["b"]


def test_what_only_a_type_checker_imports_is_marked() -> None:
    guard = "if typing.TYPE_CHECKING:\n    import a\n    if x: import b\nelse:\n    import c\n"
    code = f"import typing\n{guard}import d\n"
    assert [(i.bound, i.type_checking) for i in read(code).imports] == [
        ("typing", False),
        ("a", True),
        ("b", True),
        ("c", False),
        ("d", False),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("'''Doc.'''", "Doc."),
        ("'One ' \"two.\"", "One two."),
        ("r'\\d'", "\\d"),
        ("''", ""),
        ("x = 1; 'Late.'", None),
        ("f'Doc.'", None),
        ("b'Doc.'", None),
        ("('Doc.')", "Doc."),
        ("'a' f'b'", None),
        ("'\\N{no such letter}'", None),
        ("...", None),
    ],
)
def test_a_docstring_is_what_python_takes_for_one(body: str, expected: str | None) -> None:
    assert method(body).docstring == expected


def test_all_classes_of_a_file_are_read_in_the_order_written_nested_ones_too() -> None:
    code = """
    class A:
        class B: pass
        def f(self):
            class C:
                class D: pass
    if x:
        class E: pass
    def g():
        class F: pass
    """
    found = [(klass.name, klass.nested) for klass in read(code).classes]
    assert found == [("A", False), ("B", True), ("C", True), ("D", True), ("E", False), ("F", True)]


@pytest.mark.parametrize(
    ("decorator", "name", "arguments"),
    [
        ("@a", "a", None),
        ("@a.b.c", "a.b.c", None),
        ("@a()", "a", {}),
        (
            "@a(b=1, c='d', e=[1, -2.5], f={'g': None})",
            "a",
            {"b": 1, "c": "d", "e": [1, -2.5], "f": {"g": None}},
        ),
        (
            "@a(b=c, d=[1, e], f=g(), h=f'{i}')",
            "a",
            {"b": UNKNOWN, "d": [1, UNKNOWN], "f": UNKNOWN, "h": UNKNOWN},
        ),
        ("@a(b={**c}, d=[*e], f={g: 1})", "a", {"b": UNKNOWN, "d": UNKNOWN, "f": UNKNOWN}),
        ("@a(b=(1, True), c=b'd')", "a", {"b": (1, True), "c": b"d"}),
        ("@(lambda f: f)", "", None),
        ("@a()()", "", {}),
        ("@a[0]", "", None),
    ],
)
def test_a_decorator_has_its_name_and_its_literal_arguments(
    decorator: str, name: str, arguments: dict[str, object] | None
) -> None:
    (found,) = read(f"{decorator}\ndef f(): pass\n").functions[0].decorators
    assert found.name == name
    assert (found.call and {a.keyword: a.value for a in found.call.arguments}) == arguments


def test_an_argument_that_unpacking_may_give_is_unknown() -> None:
    (found,) = read("@a(**options)\nclass C: pass\n").classes[0].decorators
    assert found.argument("name") is UNKNOWN


@pytest.mark.parametrize(
    "guard",
    [
        "if __name__ == '__main__':",
        "if '__main__' == __name__:",
        "if __name__ == '__main__' and debug:",
        "if (debug or __name__ == '__main__'):",
    ],
)
def test_what_stands_under_the_main_guard_is_kept_apart(guard: str) -> None:
    file = read(f"a()\n{guard}\n    b()\nelif c():\n    d()\nelse:\n    e()\n")
    assert [call.name for call in file.calls] == ["a", "c", "d", "e"]
    assert [call.name for call in file.guard_calls] == ["b"]


def test_a_comparison_with_main_inside_a_function_is_no_main_guard() -> None:
    file = read("def f():\n    if __name__ == '__main__':\n        a()\n")
    assert [call.name for call in file.functions[0].calls] == ["a"]


@pytest.mark.parametrize("literal", ["9" * 5_000, "'\\N{no such letter}'", "'\\d'", "b'\\x'", "1_000j"])
def test_a_literal_that_python_refuses_or_warns_of_does_no_harm(literal: str) -> None:
    assert [call.name for call in read(f"f({literal})\n").calls] == ["f"]
