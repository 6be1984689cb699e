from __future__ import annotations

import re
from collections.abc import Iterator

from mflint.diagnostics import Violation
from mflint.model import Flow
from mflint.rules import Profile, rule
from mflint.rules.places import class_of

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
"""A word of a name in camel case or snake case; numbers belong to none."""

_WORDS = (
    "base",
    "data",
    "etl",
    "example",
    "flow",
    "job",
    "main",
    "metaflow",
    "ml",
    "model",
    "my",
    "new",
    "pipeline",
    "predict",
    "prediction",
    "process",
    "processing",
    "run",
    "simple",
    "task",
    "test",
    "train",
    "training",
    "v",
    "workflow",
)


@rule("MF108", Profile.STRICT)
def check(flow: Flow, *, words: tuple[str, ...] = _WORDS) -> Iterator[Violation]:
    """A flow's name could be the name of any flow.

    ## What it does

    Takes the class name of every flow that can be run apart into its words and reports it where all of them
    are generic. Numbers do not count, and neither does case.

    ## Why it matters

    Two flows of one name share a place in the datastore and each other's runs, and the second team that
    writes a `TrainFlow` will not know of the first. A name that says what is trained is rarely taken.

    ## Example

    ```python title="bad"
    from metaflow import FlowSpec, step


    class TrainModelFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    Finds: MF108 at 4:7

    ```python title="good"
    from metaflow import FlowSpec, step


    class TrainChurnModelFlow(FlowSpec):
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    ```

    ## Options

    - `words`: the generic words, in place of those that `mflint explain generic-flow-name` shows as the
      default.
    """
    generic = {word.lower() for word in words}
    own = [word.lower() for word in _WORD.findall(flow.name)]
    if flow.runnable and own and generic.issuperset(own):
        yield Violation(
            class_of(flow),
            f"the name `{flow.name}` says nothing about what the flow is for",
            help="Name what it works on, as in `TrainChurnModelFlow`.",
        )
