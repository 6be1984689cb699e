"""What a function or class gives when it is called, as far as its own statement shows."""

from __future__ import annotations

import libcst as cst

from mflint.analysis.types.classes import ASYNC_GENERATOR, COROUTINE, GENERATOR
from mflint.syntax import own_definitions, yields


def made_by(function: cst.FunctionDef) -> str | None:
    """What a call of the function gives before any of it runs: generators and coroutines."""
    generates = yields(function.body)
    if function.asynchronous is not None:
        return ASYNC_GENERATOR if generates else COROUTINE
    return GENERATOR if generates else None


def is_plain_class(definition: cst.ClassDef) -> bool:
    """Whether its instances are pickled in the ordinary way, by the name of their class."""
    own = {d.name.value for d in own_definitions(definition)}
    special = own & {"__new__", "__reduce__", "__reduce_ex__"}
    return not definition.bases and not definition.keywords and not special
