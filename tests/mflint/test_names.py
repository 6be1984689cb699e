from __future__ import annotations

from pathlib import Path

import pytest

from mflint.model import Class
from mflint.names import Defined, External
from tests.mflint.flow_projects import project_at, write

FILES: dict[str, str | bytes] = {
    "base.py": "class Base: pass\ndef helper(): pass\n",
    "package/__init__.py": "from .inner import Inner as Renamed\nfrom .stars import *\nfrom . import inner\n",
    "package/inner.py": "class Inner: pass\n",
    "package/stars.py": "from package.inner import Inner\nclass Starred: pass\n",
    "namespace/module.py": "class Spaced: pass\n",
    "src/installed/__init__.py": "class Installed: pass\n",
    "circle_a.py": "from circle_b import X\n",
    "circle_b.py": "from circle_a import X\n",
    "star_a.py": "from star_b import *\n",
    "star_b.py": "from star_a import *\n",
    "broken.py": "class (:\n",
}


def meaning(root: Path, code: str, name: str, path: str = "flow.py") -> str | None:
    """What `name` means in a file with `code`: `file:Name` in the project, else the qualified name."""
    write(root, {**FILES, path: code})
    project = project_at(root)
    found = project.names.resolve(project.file(root / path), name)
    if isinstance(found, Defined):
        return f"{found.file.path.relative_to(root).as_posix()}:{found.definition.name}"
    return found.qualified if isinstance(found, External) else None


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("from metaflow import FlowSpec", "FlowSpec", "metaflow.FlowSpec"),
        ("from metaflow import FlowSpec as X", "X", "metaflow.FlowSpec"),
        ("from metaflow.flowspec import FlowSpec", "FlowSpec", "metaflow.FlowSpec"),
        ("import metaflow", "metaflow.FlowSpec", "metaflow.FlowSpec"),
        ("import metaflow as mf", "mf.FlowSpec", "metaflow.FlowSpec"),
        ("import metaflow.flowspec", "metaflow.flowspec.FlowSpec", "metaflow.FlowSpec"),
        ("from metaflow import flowspec", "flowspec.FlowSpec", "metaflow.FlowSpec"),
        ("from metaflow import *", "FlowSpec", "metaflow.FlowSpec"),
        ("import metaflow as mf\nBase = mf.FlowSpec", "Base", "metaflow.FlowSpec"),
        ("import pandas as pd", "pd.DataFrame", "pandas.DataFrame"),
        ("import pyarrow.parquet as pq", "pq.read_table", "pyarrow.parquet.read_table"),
        ("import pyarrow.parquet", "pyarrow.parquet.read_table", "pyarrow.parquet.read_table"),
        ("", "print", "builtins.print"),
        ("from metaflow import *", "print", "builtins.print"),
    ],
)
def test_a_name_from_outside_is_qualified(tmp_path: Path, code: str, name: str, expected: str) -> None:
    assert meaning(tmp_path, code, name) == expected


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("class A: pass", "A", "flow.py:A"),
        ("def f(): pass", "f", "flow.py:f"),
        ("class A: pass\nB = A", "B", "flow.py:A"),
        ("if x:\n    class A: pass", "A", "flow.py:A"),
        ("from base import Base", "Base", "base.py:Base"),
        ("from base import *", "Base", "base.py:Base"),
        ("from .base import Base", "Base", "base.py:Base"),
        ("from . import base", "base.Base", "base.py:Base"),
        ("import base", "base.Base", "base.py:Base"),
        ("import base as b", "b.helper", "base.py:helper"),
        ("from package import Renamed", "Renamed", "package/inner.py:Inner"),
        ("from package import Starred", "Starred", "package/stars.py:Starred"),
        ("from package import Inner", "Inner", "package/inner.py:Inner"),
        ("import package", "package.Renamed", "package/inner.py:Inner"),
        ("import package.inner", "package.inner.Inner", "package/inner.py:Inner"),
        ("from package import inner", "inner.Inner", "package/inner.py:Inner"),
        ("from package.inner import Inner as X", "X", "package/inner.py:Inner"),
        ("from namespace.module import Spaced", "Spaced", "namespace/module.py:Spaced"),
        ("from namespace import module", "module.Spaced", "namespace/module.py:Spaced"),
        ("from installed import Installed", "Installed", "src/installed/__init__.py:Installed"),
        (
            "try:\n    from base import Base\nexcept ImportError:\n    from base import Base",
            "Base",
            "base.py:Base",
        ),
    ],
)
def test_a_name_of_the_project_leads_to_its_definition(
    tmp_path: Path, code: str, name: str, expected: str
) -> None:
    assert meaning(tmp_path, code, name) == expected


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("", "Nowhere"),
        ("from base import Missing", "Missing"),
        ("from base import Base\nclass Base: pass", "Base"),
        ("if x:\n    class A: pass\nelse:\n    class A: pass", "A"),
        ("try:\n    from a import X\nexcept ImportError:\n    from b import X", "X"),
        ("try:\n    from a import X\nexcept ImportError:\n    X = None", "X"),
        ("X = make()", "X"),
        ("for X in y: pass", "X"),
        ("from circle_a import X", "X"),
        ("from star_a import *", "X"),
        ("from broken import X", "X"),
        ("from .missing import X", "X"),
        ("from somewhere import *", "X"),
        ("A = B\nB = A", "A"),
        ("A = A", "A"),
        ("def f():\n    class A: pass", "A"),
        ("class A:\n    class B: pass", "A.B"),
        ("", ""),
    ],
)
def test_what_the_source_does_not_tell_has_no_meaning(tmp_path: Path, code: str, name: str) -> None:
    assert meaning(tmp_path, code, name) is None


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("from ..base import Base", "Base", "base.py:Base"),
        ("from base import Base", "Base", "base.py:Base"),
        ("from .. import base", "base.Base", "base.py:Base"),
        ("from sibling import Near", "Near", "flows/sibling.py:Near"),
        ("from flows.sibling import Near", "Near", "flows/sibling.py:Near"),
    ],
)
def test_a_file_in_a_folder_imports_from_there_and_from_the_root(
    tmp_path: Path, code: str, name: str, expected: str
) -> None:
    write(tmp_path, {"flows/sibling.py": "class Near: pass\n"})
    assert meaning(tmp_path, code, name, path="flows/flow.py") == expected


def test_a_name_has_one_definition_for_all_its_importers(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "a.py": "from base import Base", "b.py": "import base"})
    project = project_at(tmp_path)
    one = project.names.resolve(project.file(tmp_path / "a.py"), "Base")
    two = project.names.resolve(project.file(tmp_path / "b.py"), "base.Base")
    assert one == two
    assert isinstance(one, Defined)
    assert isinstance(one.definition, Class)
