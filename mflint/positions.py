"""Where nodes of a libcst tree stand, computed for the wanted nodes only.

libcst's own `PositionProvider` computes every node's position while it prints the tree, which costs more than
parsing does. Here the printer (`CodegenState`, private to libcst) only notes how many tokens came before and
after each wanted node; lines and columns are counted afterwards. Where libcst has no such printer any more,
its provider serves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import accumulate

import libcst

from mflint.diagnostics import Position, Span

try:
    from libcst._nodes.internal import CodegenState
except ImportError:  # a libcst that moved it
    CodegenState = None  # type: ignore[assignment,misc]

_NOTHING: AbstractContextManager[None] = nullcontext()
_NEWLINE = re.compile(r"\r\n?|\n")


def offsets(module: libcst.Module) -> tuple[str, Mapping[libcst.CSTNode, tuple[int, int]]]:
    """The text of `module`, and from where to where each node stands in it, as `locate` has it."""
    if CodegenState is None:
        return module.code, _offsets_from_spans(module, list(_below(module)))
    state = _TokenCounter(module, None)
    module._codegen(state)
    ends = [0, *accumulate(map(len, state.tokens))]
    ends.append(ends[-1])  # where the text does not end its last line, libcst takes that token back
    ranges = ((node, state.ranges[key]) for key, node in state.nodes.items())
    return "".join(state.tokens), {node: (ends[start], ends[end]) for node, (start, end) in ranges}


def _below(node: libcst.CSTNode) -> Iterator[libcst.CSTNode]:
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(node.children)


def _offsets_from_spans(
    module: libcst.Module, nodes: Sequence[libcst.CSTNode]
) -> Mapping[libcst.CSTNode, tuple[int, int]]:
    text = module.code
    lines = [0, *(match.end() for match in _NEWLINE.finditer(text))]
    spans = _from_provider(module, nodes)
    return {
        node: (
            lines[span.start.line - 1] + span.start.column - 1,
            lines[span.end.line - 1] + span.end.column - 1,
        )
        for node, span in spans.items()
    }


def locate(module: libcst.Module, nodes: Sequence[libcst.CSTNode]) -> Mapping[libcst.CSTNode, Span]:
    """The span of each of `nodes`, without surrounding whitespace and parentheses."""
    if CodegenState is None:
        return _from_provider(module, nodes)
    state = _TokenCounter(module, nodes)
    module._codegen(state)
    ranges = {node: state.ranges[id(node)] for node in nodes if id(node) in state.ranges}
    positions = _positions(state.tokens, sorted({index for pair in ranges.values() for index in pair}))
    return {node: Span(positions[start], positions[end]) for node, (start, end) in ranges.items()}


if CodegenState is not None:

    class _TokenCounter(CodegenState):
        """Notes the number of tokens printed when a wanted node begins and ends; None wants every node."""

        def __init__(self, module: libcst.Module, nodes: Iterable[libcst.CSTNode] | None) -> None:
            super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
            self.every = nodes is None
            self.wanted = {id(node) for node in nodes or ()}
            self.nodes: dict[int, libcst.CSTNode] = {}
            self.ranges: dict[int, tuple[int, int]] = {}
            self._starts: list[int] = []

        def before_codegen(self, node: libcst.CSTNode) -> None:
            if self.every:
                self.wanted.add(id(node))
                self.nodes[id(node)] = node
            if id(node) in self.wanted:
                self._starts.append(len(self.tokens))

        def after_codegen(self, node: libcst.CSTNode) -> None:
            if id(node) in self.wanted:
                self.ranges.setdefault(id(node), (self._starts.pop(), len(self.tokens)))

        def record_syntactic_position(  # type: ignore[override]
            self,
            node: libcst.CSTNode,
            *,
            start_node: libcst.CSTNode | None = None,
            end_node: libcst.CSTNode | None = None,
        ) -> AbstractContextManager[None]:
            if id(node) not in self.wanted:
                return _NOTHING
            self.wanted.update(id(n) for n in (start_node, end_node) if n is not None)
            return _Recorded(self, node, start_node, end_node)

    class _Recorded:
        """Notes where a node begins and ends while it is printed; too often for a generator."""

        __slots__ = ("end_node", "node", "start", "start_node", "state")

        def __init__(
            self,
            state: _TokenCounter,
            node: libcst.CSTNode,
            start_node: libcst.CSTNode | None,
            end_node: libcst.CSTNode | None,
        ) -> None:
            self.state, self.node, self.start_node, self.end_node = state, node, start_node, end_node

        def __enter__(self) -> None:
            self.start = len(self.state.tokens)

        def __exit__(self, *_: object) -> None:
            ranges, start, end = self.state.ranges, self.start, len(self.state.tokens)
            if self.start_node is not None:
                start = ranges[id(self.start_node)][0]
            if self.end_node is not None:
                end = ranges[id(self.end_node)][1]
            ranges[id(self.node)] = (start, end)


def _positions(tokens: Sequence[str], indices: Sequence[int]) -> Mapping[int, Position]:
    positions: dict[int, Position] = {}
    line, column, done = 1, 1, 0
    for index in indices:
        lines = _NEWLINE.split("".join(tokens[done:index]))
        line += len(lines) - 1
        column = len(lines[-1]) + (column if len(lines) == 1 else 1)
        positions[index] = Position(line, column)
        done = index
    return positions


def _from_provider(module: libcst.Module, nodes: Sequence[libcst.CSTNode]) -> Mapping[libcst.CSTNode, Span]:
    from libcst.metadata import MetadataWrapper, PositionProvider

    computed = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    return {
        node: Span(
            Position(computed[node].start.line, computed[node].start.column + 1),
            Position(computed[node].end.line, computed[node].end.column + 1),
        )
        for node in nodes
    }
