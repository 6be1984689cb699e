"""Names of the user's functions as settings write them."""

from __future__ import annotations


def reference(text: str) -> str:
    """`module:function`, both maybe dotted. Raises ValueError."""
    module, _, function = text.partition(":")
    words = [*module.split("."), *function.split(".")]
    if not all(word.isidentifier() for word in words):
        raise ValueError(f'must look like "module:function", not {text!r}')
    return text
