from __future__ import annotations

from collections.abc import Iterator

from mflint.analysis.artifacts.flowspec import NON_PARAMETERS
from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Flow, Parameter, ParameterKind, normalised
from mflint.rules import Profile, rule
from mflint.rules.declaration import own_parameters

_RESERVED_WORDS = (
    "decospecs",
    "max-log-size",
    "max-num-splits",
    "max-workers",
    "namespace",
    "obj",
    "params",
    "run-id",
    "run-id-file",
    "runner-attribute-file",
    "tag",
    "tags",
    "task-id",
    "user-namespace",
    "with",
)
RESERVED = {*_RESERVED_WORDS, *(word.replace("-", "_") for word in _RESERVED_WORDS)}
"""What `Parameter.init` refuses in metaflow/parameters.py; other options of `run` share names in peace."""


@rule("MF211", Profile.CORRECTNESS)
def check(flow: Flow) -> Iterator[Violation | Silence]:
    """A parameter has a name that Metaflow keeps for itself, or that another parameter has.

    ## What it does

    Reports the names that Metaflow reserves, such as `tag`, `namespace` and `max-workers`, and a name that
    two parameters of a flow share. Case does not count there, and neither does `-` against `_`. A `Config`
    and a `Parameter` may share a name. Where the source does not show all of the flow, or the parameter is
    declared on a condition, the rule keeps silent.

    ## Why it matters

    Metaflow refuses to run the flow. Two names that differ in `-` and `_` only pass, and then both
    parameters get the value that was meant for one of them.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, Parameter, step


    class TrainFlow(FlowSpec):
        tag = Parameter("tag", default="latest")
        max_rows = Parameter("max-rows", default=1000)
        limit = Parameter("max_rows", default=10)

        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF211 at 5:21, MF211 at 7:23

    ```python title="good"
    from metaflow import FlowSpec, Parameter, step


    class TrainFlow(FlowSpec):
        image_tag = Parameter("image-tag", default="latest")
        max_rows = Parameter("max-rows", default=1000)
        limit = Parameter("limit", default=10)

        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```
    """
    for parameter in own_parameters(flow):
        other = _same_name(parameter, flow)
        if not _counts(parameter, flow) or (parameter.name not in RESERVED and other is None):
            continue
        doubt = _doubt(flow, parameter, other)
        if doubt:
            yield Silence(doubt)
            continue
        if parameter.name in RESERVED:
            message = f"Metaflow reserves the parameter name `{parameter.name}`"
        else:
            assert other is not None
            message = f"`{other.attribute}` and `{parameter.attribute}` are both called `{other.name}`"
        name = parameter.call.argument("name", 0)
        node = name.node if name is not None else parameter.call.node
        yield Violation(Place(flow.file.path, node), message, help="Give it another name.")


def _counts(parameter: Parameter, flow: Flow) -> bool:
    """Whether Metaflow sees it as a parameter."""
    return parameter.attribute not in {*NON_PARAMETERS, *flow.methods, *flow.steps}


def _same_name(parameter: Parameter, flow: Flow) -> Parameter | None:
    """The parameter declared before this one that Metaflow cannot tell from it."""
    for other in flow.parameters:
        if other is parameter:
            return None
        if (
            normalised(str(other.name)) == normalised(str(parameter.name))
            and (other.kind is ParameterKind.CONFIG) is (parameter.kind is ParameterKind.CONFIG)
            and _counts(other, flow)
        ):
            return other
    return None


def _doubt(flow: Flow, *parameters: Parameter | None) -> str | None:
    """Why the parameters may not all be there when the flow runs."""
    if flow.unknown:
        return flow.unknown[0]
    bodies = (klass.attributes.values() for klass, _ in flow.lineage)
    conditional = {a.node for body in bodies for assignments in body for a in assignments if a.block}
    for parameter in parameters:
        if parameter is not None and parameter.node in conditional:
            return f"parameter `{parameter.name}` depends on a condition"
    return None
