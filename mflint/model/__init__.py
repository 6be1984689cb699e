"""The vocabulary: what a Python file says about Metaflow flows, as frozen data.

`reader` makes a `FlowFile` out of one file's syntax tree; `project` makes a `Flow` out of a class and its
bases in other files. Rules, the graph and the pytest plugin read nothing else.

A `node` is the libcst node a fact was read from. It is opaque here: `source.Source.spans` turns it into a
place. Objects compare by identity, since two equal facts at two places are two facts.
"""

from mflint.model.assignments import ArtifactRead, ArtifactWrite, Assignment, AssignmentKind, ReadKind
from mflint.model.code import (
    Class,
    Decorator,
    FlowFile,
    Function,
    Import,
    Signature,
    Transition,
    TransitionKind,
)
from mflint.model.expressions import UNKNOWN, Argument, Call, Literal, Node, Unknown
from mflint.model.flow import (
    AppliedDecorator,
    Flow,
    Parameter,
    ParameterKind,
    Step,
    normalised,
)

__all__ = [
    "UNKNOWN",
    "AppliedDecorator",
    "Argument",
    "ArtifactRead",
    "ArtifactWrite",
    "Assignment",
    "AssignmentKind",
    "Call",
    "Class",
    "Decorator",
    "Flow",
    "FlowFile",
    "Function",
    "Import",
    "Literal",
    "Node",
    "Parameter",
    "ParameterKind",
    "ReadKind",
    "Signature",
    "Step",
    "Transition",
    "TransitionKind",
    "Unknown",
    "normalised",
]
