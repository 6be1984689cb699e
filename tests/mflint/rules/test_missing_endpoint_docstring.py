from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            """
            from metaflow import FlowSpec, step
            class F(FlowSpec):
                @step
                def start(self):
                    self.next(self.a)
                @step
                def a(self):
                    self.next(self.end)
                @step
                def end(self): pass
            """,
            [
                (4, 9, "the first step `start` has no docstring"),
                (10, 9, "the last step `end` has no docstring"),
            ],
            id="both lack it, and the step between needs none",
        ),
        pytest.param(
            """
            from metaflow import FlowSpec, step
            class F(FlowSpec):
                @step(start=True)
                def load(self):
                    self.next(self.start)
                @step
                def start(self):
                    self.next(self.save)
                @step(end=True)
                def save(self): pass
            """,
            [
                (4, 9, "the first step `load` has no docstring"),
                (10, 9, "the last step `save` has no docstring"),
            ],
            id="the marked steps count and not the names",
        ),
        pytest.param(
            """
            from metaflow import FlowSpec, step
            class F(FlowSpec):
                @step
                def only(self): pass
            """,
            [(4, 9, "the first step `only` has no docstring")],
            id="a single step is reported once",
        ),
        pytest.param(
            """
            from metaflow import FlowSpec, step
            class F(FlowSpec):
                @step
                def start(self):
                    f'''Not {a} docstring.'''
                    self.next(self.end)
                @step
                def end(self):
                    x = 1
                    '''Too late.'''
            """,
            [
                (4, 9, "the first step `start` has no docstring"),
                (8, 9, "the last step `end` has no docstring"),
            ],
            id="an f-string and a later string are no docstrings",
        ),
        pytest.param(
            """
            from metaflow import FlowSpec, step
            class F(FlowSpec):
                @step
                def start(self):
                    '''   '''
                    self.next(self.end)
                @step
                def end(self):
                    b'bytes'
            """,
            [
                (4, 9, "the first step `start` has no docstring"),
                (8, 9, "the last step `end` has no docstring"),
            ],
            id="blanks and bytes say nothing",
        ),
        pytest.param(
            """
            from metaflow import FlowSpec, step
            class F(FlowSpec):
                @step
                def start(self):
                    'One ' 'two.'
                    self.next(self.end)
                @step
                def end(self): "Three."; pass
            class G:
                @step
                def start(self): pass
            class H(FlowSpec):
                def start(self): pass
                def end(self): pass
            """,
            [],
            id="docstrings of all forms count, and what is no step needs none",
        ),
    ],
)
def test_the_first_and_the_last_step_need_docstrings(
    tmp_path: Path, code: str, expected: list[tuple[int, int, str]]
) -> None:
    assert check(tmp_path, {"flow.py": code}, "MF301") == expected


def test_an_inherited_endpoint_is_reported_where_it_is_written(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "base.py": """
        from metaflow import FlowSpec, step
        class Base(FlowSpec):
            @step
            def start(self): self.next(self.end)
            @step
            def end(self): '''Done.'''
        """,
        "flow.py": """
        from base import Base
        class F(Base): pass
        """,
    }
    assert check(tmp_path, files, "MF301") == []
    assert check(tmp_path, files, "MF301", path="base.py") == [
        (4, 9, "the first step `start` has no docstring")
    ]
