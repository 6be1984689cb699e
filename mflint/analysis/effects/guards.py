"""What a condition tells of the attributes that the flow or an input has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import libcst as cst

from mflint.model.effects import Facts, Subject
from mflint.syntax import dotted_name, literal

Pair = tuple[Facts, Facts]
"""What is known where the condition holds, and where it fails."""

NOTHING_KNOWN: Pair = (frozenset(), frozenset())
_MAX_HOPS = 8


@dataclass(frozen=True)
class Guards:
    """Reads conditions. `subject` says whose attributes an expression has; `values` are local names."""

    subject: Callable[[cst.CSTNode], Subject | None]
    values: Mapping[str, cst.CSTNode]

    def of(self, test: cst.CSTNode, hops: int = _MAX_HOPS) -> Pair:
        """What `test` tells."""
        if hops <= 0:
            return NOTHING_KNOWN
        if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
            holds, fails = self.of(test.expression, hops - 1)
            return fails, holds
        if isinstance(test, cst.BooleanOperation):
            return self._both(test, hops)
        if isinstance(test, cst.NamedExpr):
            return self.of(test.value, hops - 1)
        if isinstance(test, cst.Name) and test.value in self.values:
            return self.of(self.values[test.value], hops - 1)
        if isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
            return self._comparison(test.left, test.comparisons[0], hops)
        if isinstance(test, cst.Call):
            name = dotted_name(test.func)
            if name == "bool" and len(test.args) == 1:
                return self.of(test.args[0].value, hops - 1)
            if name == "isinstance" and len(test.args) == 2:
                return self._instance(test.args[0].value), frozenset()
            if name == "hasattr" or (name == "getattr" and len(test.args) == 3 and _is_false(test.args[2])):
                return self._attribute(test), frozenset()
        return NOTHING_KNOWN

    def _both(self, test: cst.BooleanOperation, hops: int) -> Pair:
        left, right = self.of(test.left, hops - 1), self.of(test.right, hops - 1)
        if isinstance(test.operator, cst.And):
            return left[0] | right[0], left[1] & right[1]
        return left[0] & right[0], left[1] | right[1]

    def _comparison(self, left: cst.BaseExpression, comparison: cst.ComparisonTarget, hops: int) -> Pair:
        operator, right = comparison.operator, comparison.comparator
        if isinstance(operator, (cst.In, cst.NotIn)):
            name = literal(left)
            owner = lists_attributes(right)
            subject = self.subject(owner) if owner is not None else None
            known: Facts = frozenset({(subject, name)} if subject and isinstance(name, str) else ())
            return (known, frozenset()) if isinstance(operator, cst.In) else (frozenset(), known)
        if not isinstance(operator, (cst.Is, cst.Equal, cst.IsNot, cst.NotEqual)):
            return NOTHING_KNOWN
        equal = isinstance(operator, (cst.Is, cst.Equal))
        if _asks_for_attribute(left) and isinstance(literal(right), bool):
            holds, fails = self.of(left, hops - 1)
            return (holds, fails) if equal is literal(right) else (fails, holds)
        known = self._defaulted(left, right)
        return (frozenset(), known) if equal else (known, frozenset())

    def _instance(self, value: cst.BaseExpression) -> Facts:
        """What it tells that `value` is of some class: `getattr` did not give its default None."""
        if not isinstance(value, cst.Call) or dotted_name(value.func) != "getattr" or len(value.args) != 3:
            return frozenset()
        default = dotted_name(value.args[2].value)
        return self._attribute(value) if default == "None" else frozenset()

    def _defaulted(self, left: cst.BaseExpression, right: cst.BaseExpression) -> Facts:
        """What a value other than the default `right` tells."""
        value: cst.CSTNode = left.value if isinstance(left, cst.NamedExpr) else left
        if isinstance(value, cst.Name):
            value = self.values.get(value.value, value)
        if not isinstance(value, cst.Call) or dotted_name(value.func) != "getattr" or len(value.args) != 3:
            return frozenset()
        default = value.args[2].value
        return self._attribute(value) if default.deep_equals(right) else frozenset()

    def _attribute(self, call: cst.Call) -> Facts:
        if len(call.args) < 2:
            return frozenset()
        subject, name = self.subject(call.args[0].value), literal(call.args[1].value)
        return frozenset({(subject, name)} if subject and isinstance(name, str) else ())


def lists_attributes(node: cst.CSTNode) -> cst.CSTNode | None:
    """The object whose attributes `dir(x)`, `vars(x)` or `x.__dict__` lists."""
    if isinstance(node, cst.Call) and dotted_name(node.func) in ("dir", "vars") and len(node.args) == 1:
        return node.args[0].value
    if isinstance(node, cst.Attribute) and node.attr.value == "__dict__":
        return node.value
    return None


def _asks_for_attribute(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Call) and dotted_name(node.func) == "hasattr"


def _is_false(argument: cst.Arg) -> bool:
    value = literal(argument.value)
    return value is None or value is False or value == 0 or value in ("", [], (), {})
