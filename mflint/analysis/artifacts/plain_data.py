"""The edit that keeps the plain data of a frame in an artifact, instead of the frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import libcst as cst

from mflint.analysis.artifacts.kept import Kept
from mflint.analysis.steps.reach import mentioned_by
from mflint.analysis.types.libraries import FRAME_TYPES
from mflint.diagnostics import Edit
from mflint.edits import Editor
from mflint.model import AssignmentKind, Flow, Step

CONVERSIONS: Mapping[str, str] = MappingProxyType(
    {
        "dask.dataframe.DataFrame": '.compute().to_dict("list")',
        "dask.dataframe.Series": ".compute().to_list()",
        "modin.pandas.DataFrame": '.to_dict("list")',
        "modin.pandas.Series": ".to_list()",
        "pandas.DataFrame": '.to_dict("list")',
        "pandas.Series": ".to_list()",
        "polars.DataFrame": ".to_dict(as_series=False)",
        "polars.LazyFrame": ".collect().to_dict(as_series=False)",
        "polars.Series": ".to_list()",
        "pyarrow.RecordBatch": ".to_pydict()",
        "pyarrow.Table": ".to_pydict()",
        "pyspark.sql.DataFrame": '.toPandas().to_dict("list")',
    }
)
"""What to write behind a frame of each type."""

_NEEDS_NO_BRACKETS = (cst.Attribute, cst.Call, cst.Name, cst.Subscript)


def plain_data_edits(editor: Editor, flow: Flow, step: Step, kept: Kept) -> Iterator[Edit]:
    """Convert the value where it is assigned; nothing where the step goes on to use it as a frame."""
    value, conversion = kept.write.value, CONVERSIONS.get(kept.type)
    if (
        value is None
        or conversion is None
        or not _is_convertible(flow, kept)
        or _is_read_on(flow, step, kept)
    ):
        return
    text = editor.text(value)
    if not isinstance(value, _NEEDS_NO_BRACKETS):
        text = f"({text})"
    yield editor.replace(value, text + conversion.replace('"', editor.quote))


def _is_convertible(flow: Flow, kept: Kept) -> bool:
    """Whether the value is an expression that nothing but this artifact gets, and no annotation names it."""
    write, function = kept.write, kept.function
    if write.kind not in (AssignmentKind.PLAIN, AssignmentKind.ANNOTATED) or write.elements != ():
        return False
    if not isinstance(write.value, (*_NEEDS_NO_BRACKETS, cst.IfExp)):
        return False
    local = (a for assignments in function.assignments.values() for a in assignments)
    shared = any(a is not write and a.value is write.value for a in (*local, *function.writes))
    annotated = any(write.name in klass.attributes for klass, _ in flow.lineage)
    return not shared and not annotated and write.annotation is None and kept.type in FRAME_TYPES


def _is_read_on(flow: Flow, step: Step, kept: Kept) -> bool:
    write = kept.write
    for function, _ in mentioned_by(flow, step):
        for read in function.reads:
            before = function is kept.function and read.order < write.order
            if read.name == write.name and not (before and all(number >= 0 for number in read.block)):
                return True
    return False
