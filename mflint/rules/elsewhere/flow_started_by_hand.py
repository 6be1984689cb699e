from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mflint.diagnostics import Place, Violation
from mflint.model import Flow
from mflint.rules import Profile, rule

if TYPE_CHECKING:
    from mflint.analysis.services.commands import FlowCommand
    from mflint.context import Context


@rule("MF704", Profile.RECOMMENDED)
def check(flow: Flow, context: Context) -> Iterator[Violation]:
    """A step starts a flow through the shell.

    ## What it does

    Finds `subprocess` and `os.system` in steps, and in the methods that they call, with a command that runs,
    resumes or deploys a flow: where the file named is a flow of the project or the flow's own, or where the
    command has words that only Metaflow's have, such as `argo-workflows create`.

    ## Why it matters

    The step learns nothing of the run but an exit code: neither its id nor its artifacts, and the run does
    not know what started it. On another machine the file may not be there at all. `Runner` and `Deployer`
    start a flow and return the run, and `@trigger_on_finish` starts one after another in production.

    ## Example

    ```python title="bad"
    import subprocess
    import sys

    from metaflow import FlowSpec, step


    class NightlyFlow(FlowSpec):
        @step
        def start(self):
            command = [sys.executable, "train.py", "argo-workflows", "trigger"]
            subprocess.run(command, check=True)
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF704 at 11:9

    ```python title="good"
    from metaflow import FlowSpec, Runner, step


    class NightlyFlow(FlowSpec):
        @step
        def start(self):
            with Runner("train.py").run() as running:
                self.trained_by = running.run.pathspec
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## References

    - [Running and deploying flows from code](https://docs.metaflow.org/metaflow/managing-flows/introduction)
    """
    from mflint.analysis.services.commands import STARTERS, command_words, flow_command
    from mflint.analysis.steps.bodies import Body
    from mflint.analysis.steps.reach import reached_functions

    for function, file, step in reached_functions(flow):
        body = Body(file, function)
        for call in function.calls:
            if body.qualified(call.node.func, context.names) not in STARTERS:
                continue
            command = flow_command(command_words(call, body, context.names))
            if command is not None and (command.certain or _is_flow(command, file.path, context)):
                verb = "deploys or triggers" if " " in command.verb else f"{command.verb}s"
                yield Violation(
                    Place(file.path, call.node),
                    f"the step {verb} a flow through the shell",
                    help="Use `Runner` or `Deployer`, or `@trigger_on_finish` on the flow that follows.",
                    step=step,
                )


def _is_flow(command: FlowCommand, caller: Path, context: Context) -> bool:
    """Whether the script is a file with a flow, looked for as from each folder between it and the root."""
    from mflint.analysis.services.commands import COMPUTED, THIS_FILE

    if command.script == THIS_FILE:
        return bool(context.project.readable_flows(caller))
    if COMPUTED in command.script:
        return False
    if command.script.startswith("-m "):
        found = context.modules.find(caller, command.script.removeprefix("-m "), 0)
        return found is not None and bool(context.project.readable_flows(found))
    for folder in caller.parents:
        path = folder / command.script
        if path.is_file():
            return bool(context.project.readable_flows(path))
        if folder == context.modules.root:
            break
    return False
