"""What becomes of an artifact within one step."""

from __future__ import annotations

from collections.abc import Iterable

from mflint.analysis.steps.reach import run_by
from mflint.model import ArtifactWrite, AssignmentKind, Flow, Function, Step

REPLACING = {
    AssignmentKind.PLAIN,
    AssignmentKind.ANNOTATED,
    AssignmentKind.UNPACKED,
    AssignmentKind.DELETE,
    AssignmentKind.SETATTR,
    AssignmentKind.WITH,
}
"""The kinds of writes after which nothing of the old value is left."""

CHANGING = {
    AssignmentKind.SUBSCRIPT,
    AssignmentKind.ATTRIBUTE,
    AssignmentKind.AUGMENTED,
    AssignmentKind.DELETE,
}
"""The kinds of writes that need a value which is there already."""


def is_kept(write: ArtifactWrite, function: Function, step: Step, flow: Flow) -> bool:
    """Whether what `write`, in `function`, assigns is certainly there on some way to the end of `step`.

    A method that replaces or deletes the artifact may be called before or after: then nothing is certain.
    """
    later = [w for w in function.writes if w.name == write.name and w.order > write.order]
    if any(w.nested and w.kind in REPLACING for w in function.writes if w.name == write.name):
        return False
    others = {other for other, _ in run_by(flow, step)} - {function}
    if any(w.name == write.name and w.kind in REPLACING for other in others for w in other.writes):
        return False
    blocks = {w.block for w in later if w.kind in REPLACING}
    return not any(_always_left_through(write.block[:depth], blocks) for depth in range(len(write.block) + 1))


def _always_left_through(block: tuple[int, ...], replaced: Iterable[tuple[int, ...]]) -> bool:
    """Whether every way through `block` meets one of the blocks `replaced`.

    Where two or more alternatives replace the value, they are taken for all there are.
    """
    inside = {b for b in replaced if b[: len(block)] == block}
    if block in inside:
        return True
    alternatives = {b[: len(block) + 1] for b in inside}
    return sum(_always_left_through(alternative, inside) for alternative in alternatives) > 1
