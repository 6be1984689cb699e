"""Which functions of a flow run for which step.

What a step calls (`run_by`) runs where the call is reached: on that a finding can rest. What it merely names
(`mentioned_by`: properties, and methods that it hands on) may run as well: a doubt has to look there too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from mflint.model import Flow, FlowFile, Function, Step


def run_by(flow: Flow, step: Step) -> list[tuple[Function, FlowFile]]:
    """The step's function and the methods of the flow that it calls, with their files."""
    return [(step.function, step.file), *called_methods(flow, step.function)]


@lru_cache(maxsize=64)
def mentioned_by(flow: Flow, step: Step) -> tuple[tuple[Function, FlowFile], ...]:
    """The step's function and the methods, properties and callbacks that it names, through others too."""
    found = {step.function: step.file}
    pending = [step.function]
    while pending:
        for read in pending.pop().reads:
            if read.name in flow.methods and flow.methods[read.name][0] not in found:
                function, file = flow.methods[read.name]
                found[function] = file
                pending.append(function)
    return tuple(found.items())


def reached_functions(flow: Flow) -> Iterator[tuple[Function, FlowFile, str]]:
    """The steps and the methods that they call in the end; each with the step it serves first."""
    seen: set[Function] = set()
    for name, step in flow.steps.items():
        yield step.function, step.file, name
        for function, file in called_methods(flow, step.function):
            if function not in seen:
                seen.add(function)
                yield function, file, name


def called_methods(flow: Flow, function: Function) -> Iterator[tuple[Function, FlowFile]]:
    """The methods of the flow that `function` calls, through other methods too, each once."""
    seen: set[str] = set()
    pending = [function]
    while pending:
        caller = pending.pop()
        for call in caller.calls:
            owner, _, method = call.name.partition(".")
            if owner == caller.signature.first and method in flow.methods and method not in seen:
                seen.add(method)
                found, file = flow.methods[method]
                yield found, file
                pending.append(found)
