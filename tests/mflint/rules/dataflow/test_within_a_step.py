"""What a step has assigned when it reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.rules.dataflow.small_flows import flow, found


def between(body: str, after: str = "print(self.x)", members: str = "") -> str:
    """A flow whose `start` has the body, and whose `end` reads `self.x`."""
    return flow(start=body, end=after, members=members)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("self.x = 1", id="a plain assignment"),
        pytest.param("self.x: int = 1", id="an annotated assignment"),
        pytest.param("self.a, (self.x, *self.b) = 1, (2, 3)", id="a nested tuple target"),
        pytest.param("self.a = self.x = 1", id="a chain of targets"),
        pytest.param("for self.x in [1]: pass", id="a loop target"),
        pytest.param("with open('f') as self.x: pass", id="a with target"),
        pytest.param("setattr(self, 'x', 1)", id="setattr with a literal name"),
        pytest.param("for i in range(3):\n    self.x = i", id="a loop body"),
        pytest.param("while self.kind:\n    self.x = 1", id="a while body"),
        pytest.param("for i in [1]:\n    if i:\n        self.x = i\n        break", id="a search in a loop"),
        pytest.param(
            "for i in range(3):\n    try:\n        self.x = i\n        break\n"
            "    except ValueError:\n        pass",
            id="a loop that tries again",
        ),
        pytest.param("while True:\n    self.x = 1\n    break", id="a loop that is left by break"),
        pytest.param("if self.kind:\n    self.x = 1\nelse:\n    self.x = 2", id="both branches of an if"),
        pytest.param(
            "if self.kind == 'a':\n    self.x = 1\nelif self.kind == 'b':\n    self.x = 2",
            id="every branch of an if with elif",
        ),
        pytest.param(
            "match self.kind:\n    case 'a':\n        self.x = 1\n    case 'b':\n        self.x = 2",
            id="every case of a match",
        ),
        pytest.param(
            "match self.kind:\n    case 'a':\n        self.x = 1\n    case _:\n        raise ValueError",
            id="a match whose rest raises",
        ),
        pytest.param(
            "if self.kind:\n    self.x = 1\nif not self.kind:\n    self.x = 2",
            id="two conditions that may be opposite",
        ),
        pytest.param("if self.kind:\n    self.x = 1\nelse:\n    raise ValueError", id="a branch that raises"),
        pytest.param("if self.kind:\n    self.x = 1\nelse:\n    sys.exit(1)", id="a branch that exits"),
        pytest.param(
            "if self.kind:\n    self.x = 1\nelse:\n    os._exit(1)", id="a branch that leaves at once"
        ),
        pytest.param(
            "if self.kind:\n    self.x = 1\nif not self.kind:\n    raise ValueError", id="a late raise"
        ),
        pytest.param("if self.kind:\n    self.x = 1\nassert self.kind", id="a late assert"),
        pytest.param("if self.kind:\n    self.x = 1\nelse:\n    refuse('no')", id="a function that raises"),
        pytest.param("if self.kind:\n    self.x = 1\nelse:\n    leave()", id="a function that never returns"),
        pytest.param("if self.kind:\n    self.x = 1\nelse:\n    ctx.fail('no')", id="a function that fails"),
        pytest.param("self.filled()", id="a function that is an attribute of the class"),
        pytest.param("if True:\n    self.x = 1", id="a condition that is always true"),
        pytest.param("with open('f') as f:\n    self.x = f.read()", id="a with body"),
        pytest.param("try:\n    self.x = 1\nexcept ValueError:\n    self.x = None", id="try and handler"),
        pytest.param("try:\n    self.x = 1\nexcept ValueError:\n    raise", id="a handler that raises again"),
        pytest.param("try:\n    pass\nfinally:\n    self.x = 1", id="a finally clause"),
        pytest.param(
            "try:\n    a = 1\nexcept ValueError:\n    raise\nelse:\n    self.x = a", id="try with else"
        ),
        pytest.param("if not hasattr(self, 'x'):\n    self.x = 1", id="assigned where it is not there"),
        pytest.param(
            "if hasattr(self, 'x') is False:\n    self.x = 1", id="assigned where asking for it gives False"
        ),
        pytest.param(
            "if not isinstance(getattr(self, 'x', None), list):\n    self.x = []",
            id="assigned where it is of no such class",
        ),
        pytest.param("if getattr(self, 'x', None) is None:\n    self.x = 1", id="assigned where it is None"),
        pytest.param("if 'x' not in dir(self):\n    self.x = 1", id="assigned where dir does not list it"),
        pytest.param(
            "try:\n    self.x\nexcept AttributeError:\n    self.x = 1", id="assigned where reading fails"
        ),
        pytest.param("def fill():\n    self.x = 1\nfill()", id="a nested function"),
        pytest.param("fill = lambda: setattr(self, 'x', 1)\nfill()", id="a lambda"),
        pytest.param("type(self).x = 1", id="an attribute of the class"),
        pytest.param("TheFlow.x = 1", id="an attribute of the class by its name"),
        pytest.param("helper(self)", id="self handed to other code"),
        pytest.param("me = self\nme.x = 1", id="another name for self"),
        pytest.param("for n in 'xy':\n    setattr(self, n, 1)", id="setattr with a computed name"),
        pytest.param("self.__setattr__('x', 1)", id="its own __setattr__"),
        pytest.param(
            "for n in 'xy':\n    self.__setattr__(n, 1)", id="its own __setattr__ with a computed name"
        ),
        pytest.param("self.__dict__.update(x=1)", id="the instance's dictionary"),
        pytest.param("exec('self.x = 1')", id="exec"),
        pytest.param("self = self", id="self bound again"),
    ],
)
def test_what_is_assigned_may_be_read(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, between(body)) == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("if self.kind:\n    self.x = 1", id="an if without else"),
        pytest.param(
            "if self.kind == 'a':\n    self.x = 1\nelif self.kind == 'b':\n    pass\nelse:\n    self.x = 2",
            id="an elif that does not assign",
        ),
        pytest.param(
            "try:\n    self.x = 1\nexcept ValueError:\n    print('no')", id="a handler that goes on"
        ),
        pytest.param("with contextlib.suppress(ValueError):\n    self.x = 1", id="a context that suppresses"),
        pytest.param("self.kind and setattr(self, 'x', 1)", id="the right side of `and`"),
        pytest.param("setattr(self, 'x', 1) if self.kind else None", id="one side of a ternary"),
        pytest.param(
            "match self.kind:\n    case 'a':\n        self.x = 1\n    case _:\n        pass", id="a case"
        ),
    ],
)
def test_what_is_assigned_under_a_condition_may_be_missing(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, between(body)) == ["MF602 print(self.x)"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("pass", id="nothing"),
        pytest.param("self.y = 1", id="another artifact"),
        pytest.param("self.x: int", id="an annotation without a value"),
        pytest.param("x = 1", id="a local name"),
        pytest.param("if False:\n    self.x = 1", id="what never runs"),
        pytest.param("self.x = 1\ndel self.x", id="an artifact that is deleted again"),
        pytest.param("self.x = 1\ndelattr(self, 'x')", id="delattr"),
        pytest.param("print(self, f'{self}', len(repr(self)))", id="self printed"),
        pytest.param("with S3(run=self) as s3:\n    s3.put('a', 'b')", id="self for Metaflow's S3"),
        pytest.param("session = open('f')\nsession.quit()", id="a method that is called like an end"),
        pytest.param("class Inner:\n    def fill(self):\n        self.x = 1", id="another class's self"),
        pytest.param("def fill(self):\n    self.x = 1", id="another function's self"),
    ],
)
def test_what_is_never_assigned_is_undefined(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, between(body)) == ["MF601 print(self.x)"]


@pytest.mark.parametrize(
    "read",
    [
        pytest.param("self.x += 1", id="an augmented assignment"),
        pytest.param("self.x['a'] = 1", id="an item assignment"),
        pytest.param("self.x.y = 1", id="an attribute of the artifact"),
        pytest.param("self.x.append(1)", id="a method of the artifact"),
        pytest.param("self.x(1)", id="a call of the artifact"),
        pytest.param("getattr(self, 'x')", id="getattr without default"),
        pytest.param("print([v for v in self.x])", id="what a comprehension goes through"),
        pytest.param("print([self.x for v in [1]])", id="the element of a comprehension"),
        pytest.param(
            "print(sorted([1], key=lambda v: self.x))", id="a lambda, where nothing ever assigns it"
        ),
        pytest.param("print(f'{self.x}')", id="an f-string"),
        pytest.param("if self.kind: print(self.x)", id="a read under a condition"),
        pytest.param("print((y := self.x))", id="a walrus"),
        pytest.param("for v in self.x: print(v)", id="a loop"),
        pytest.param("for i in range(3): self.x = self.x + i", id="a sum without a beginning"),
        pytest.param("while True: self.x += 1", id="a count without a beginning"),
        pytest.param("assert self.x", id="an assert"),
        pytest.param("match self.x:\n    case 1: pass", id="a match"),
        pytest.param("raise ValueError(self.x)", id="a raise"),
        pytest.param("del self.x[0]", id="an item that is deleted"),
        pytest.param("async_result = self.x if self.kind else 0", id="a ternary"),
    ],
)
def test_each_way_to_read_is_seen(tmp_path: Path, read: str) -> None:
    assert found(tmp_path, between("pass", read)) == [f"MF601 {read.splitlines()[0]}"]


@pytest.mark.parametrize(
    "read",
    [
        pytest.param("getattr(self, 'x', None)", id="getattr with a default"),
        pytest.param("hasattr(self, 'x')", id="hasattr"),
        pytest.param("if hasattr(self, 'x'): print(self.x)", id="behind hasattr"),
        pytest.param("if 'x' in dir(self): print(self.x)", id="behind dir"),
        pytest.param("if 'x' in self.__dict__: print(self.x)", id="behind the dictionary"),
        pytest.param("if 'x' not in vars(self): pass\nelse: print(self.x)", id="behind vars, negated"),
        pytest.param("if not hasattr(self, 'x'): raise ValueError\nprint(self.x)", id="behind an early exit"),
        pytest.param("if self.kind and hasattr(self, 'x'): print(self.x)", id="behind hasattr and more"),
        pytest.param("hasattr(self, 'x') and print(self.x)", id="behind `and`"),
        pytest.param("not hasattr(self, 'x') or print(self.x)", id="behind `or`"),
        pytest.param("print(self.x if hasattr(self, 'x') else 0)", id="in a ternary"),
        pytest.param("if getattr(self, 'x', None): print(self.x)", id="behind getattr"),
        pytest.param("if getattr(self, 'x', None) is not None: print(self.x)", id="behind a test for None"),
        pytest.param("if (x := getattr(self, 'x', None)) is not None: print(self.x)", id="behind a walrus"),
        pytest.param("there = hasattr(self, 'x')\nif there: print(self.x)", id="behind a local name"),
        pytest.param("if hasattr(self, 'x') is True: print(self.x)", id="behind hasattr that is True"),
        pytest.param("if hasattr(self, 'x') != False: print(self.x)", id="behind hasattr that is not False"),
        pytest.param("if bool(hasattr(self, 'x')): print(self.x)", id="behind hasattr made a bool"),
        pytest.param(
            "if isinstance(getattr(self, 'x', None), int): print(self.x)", id="behind a test of its class"
        ),
        pytest.param("if self.kind == hasattr(self, 'x'): print(self.x)", id="behind a test not understood"),
        pytest.param("assert hasattr(self, 'x')\nprint(self.x)", id="behind an assert"),
        pytest.param("try:\n    print(self.x)\nexcept AttributeError:\n    pass", id="with a handler"),
        pytest.param(
            "try:\n    print(self.x)\nexcept Exception as e:\n    print(e)", id="with a broad handler"
        ),
        pytest.param("try:\n    print(self.x)\nexcept:\n    pass", id="with a bare handler"),
        pytest.param(
            "try:\n    print(self.x)\nexcept (KeyError, AttributeError):\n    raise ValueError", id="named"
        ),
        pytest.param(
            "try:\n    print(self.x)\nexcept EXPECTED:\n    pass", id="with a handler of who knows what"
        ),
        pytest.param("with contextlib.suppress(AttributeError):\n    print(self.x)", id="suppressed"),
        pytest.param("print([self.x for v in [1] if hasattr(self, 'x')])", id="behind a comprehension's if"),
        pytest.param("raise ValueError\nprint(self.x)", id="never reached"),
        pytest.param("for i in range(3):\n    if i: print(self.x)\n    self.x = i", id="in a later round"),
        pytest.param("f = lambda: self.x\nself.x = 1\nf()", id="in a lambda that is called later"),
        pytest.param("print(self.name, self.index, self.input, self.foreach_stack())", id="Metaflow's own"),
        pytest.param(
            "print(self.kind, self.LIMIT, self.__class__.__name__, self._current_step)", id="constants"
        ),
    ],
)
def test_a_read_that_is_guarded_or_never_fails_is_fine(tmp_path: Path, read: str) -> None:
    assert found(tmp_path, between("pass", read)) == []


@pytest.mark.parametrize(
    ("handler", "rule"),
    [
        ("KeyError", ["MF601 print(self.x)"]),
        ("Exception as e:\n    raise\nexcept (OSError)", ["MF601 print(self.x)"]),
    ],
)
def test_a_handler_that_cannot_help_does_not_guard(tmp_path: Path, handler: str, rule: list[str]) -> None:
    body = f"try:\n    print(self.x)\nexcept {handler}:\n    pass"
    assert found(tmp_path, between("pass", body)) == rule


def test_only_the_first_read_of_a_step_and_of_a_path_is_found(tmp_path: Path) -> None:
    code = flow(start="", a="print(self.x)\nprint(self.x, self.x)", end="print(self.x)")
    assert found(tmp_path, code) == ["MF601 print(self.x)"]


def test_a_deleted_artifact_is_there_again_where_an_earlier_step_assigned_it(tmp_path: Path) -> None:
    code = flow(start="self.x = 1", a="self.x = 2\ndel self.x\nprint(self.x)", end="print(self.x)")
    assert found(tmp_path, code) == []


def test_where_the_read_depends_on_a_condition_an_earlier_one_may_have_been_the_same(tmp_path: Path) -> None:
    code = flow(start="if self.kind: self.x = 1", end="if self.kind: print(self.x)")
    assert found(tmp_path, code) == []


def test_a_read_in_the_same_branch_does_not_depend_on_the_branch(tmp_path: Path) -> None:
    code = flow(start="if self.kind:\n    if self.LIMIT:\n        self.x = 1\n    print(self.x)", end="")
    assert found(tmp_path, code) == ["MF602 print(self.x)"]


def test_a_loop_may_run_for_the_items_that_an_earlier_condition_is_about(tmp_path: Path) -> None:
    code = flow(start="if self.kind: self.x = 1", end="for v in self.kind: print(self.x)")
    assert found(tmp_path, code) == []
