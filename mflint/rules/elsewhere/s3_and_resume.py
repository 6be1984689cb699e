from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Silence, Violation
from mflint.model import Call, Flow, Function
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.context import Context

_READS = {"get", "get_all", "get_many", "get_recursive", "info", "info_many", "list_paths", "list_recursive"}
_WRITES = {"put", "put_files", "put_many"}


@rule("MF702", Profile.STRICT)
def check(flow: Flow, context: Context) -> Iterator[Violation | Silence]:
    """A step reads through `S3(run=self)` what another step wrote, and a resumed run does not find it.

    ## What it does

    Finds `S3(run=self)` in a step, or in a method that a step calls, that only reads through it. One that
    also writes reads what it has written itself, and that is repeated together with it.

    ## Why it matters

    `S3(run=self)` stands for a folder that bears the run's id. A resumed run has an id of its own; the
    results of the steps that it does not repeat are copied, and objects in S3 are not. What such a step has
    put there is still in the old run's folder, so the step that is repeated fails to find it.

    ## Example

    ```python title="bad"
    from metaflow import S3, FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            with S3(run=self) as s3:
                s3.put("model", b"weights")
            self.next(self.end)

        @step
        def end(self):
            with S3(run=self) as s3:
                print(s3.get("model").size)
    ```

    Finds: MF702 at 13:14

    ```python title="good"
    from metaflow import S3, FlowSpec, step


    class TrainFlow(FlowSpec):
        @step
        def start(self):
            with S3(run=self) as s3:
                self.model_url = s3.put("model", b"weights")
            self.next(self.end)

        @step
        def end(self):
            with S3() as s3:
                print(s3.get(self.model_url).size)
    ```

    ## References

    - [Netflix/metaflow#664](https://github.com/Netflix/metaflow/issues/664)
    """
    from mflint.analysis.services.s3_clients import s3_clients
    from mflint.analysis.steps.bodies import Body
    from mflint.analysis.steps.reach import reached_functions

    for function, file, step in reached_functions(flow):
        found = s3_clients(Body(file, function), context.names)
        clients = [client for client in found if _is_of_this_run(client.call, function)]
        if any(client.methods & _WRITES for client in clients):
            continue
        for client in clients:
            if client.methods & _READS:
                yield Violation(
                    Place(file.path, client.call.node),
                    "a resumed run does not find what earlier steps wrote through `S3(run=self)`",
                    help="Keep the URL that `put` returns as an artifact, and read it through `S3()`.",
                    step=step,
                )
            elif client.lost:
                yield Silence("other code gets hold of an S3 client of this run")


def _is_of_this_run(call: Call, function: Function) -> bool:
    from mflint.syntax import dotted_name

    given = call.argument("run", 3)
    return given is not None and dotted_name(given.node) == function.signature.first
