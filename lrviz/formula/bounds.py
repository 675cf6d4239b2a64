"""Between which numbers an operation's values lie, whatever the variables are: where 0 can meet infinity.

The bounds need not be tight, but they hold for what is computed: what underflows is 0, what overflows is infinite.
Where an operation has no value (a logarithm below 0), nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isnan, pi
from typing import Final

import numpy as np

Bounds = tuple[float, float]

REACH: Final = 1e13
"""How far out variables and parameters are thought to be: runs end a million widths away from a domain up to 1e6."""
ANY: Final[Bounds] = (-inf, inf)
_TALLEST: Final = 1e17  # tan of a float that is next to a pole
_LONGEST_INVERSE: Final = 1e162  # 1/sqrt of the smallest float


def _corners(operation: Callable[[float, float], float], a: Bounds, b: Bounds) -> Bounds:
    values = [float(operation(np.float64(u), np.float64(v))) for u in a for v in b]
    known = [0.0 if isnan(value) else value for value in values]
    return min(known), max(known)


def _product(a: Bounds, b: Bounds) -> Bounds:
    """Bound a product; 0 times infinity counts as 0."""
    (p, q), (r, s) = a, b
    if p >= 0.0 and r >= 0.0 and q < inf and s < inf:
        return p * r, q * s
    ends = [0.0 if isnan(end) else end for end in (p * r, p * s, q * r, q * s)]
    return min(ends), max(ends)


def _quotient(a: Bounds, b: Bounds) -> Bounds:
    if b[0] > 0.0 or b[1] < 0.0:
        return _product(a, (1.0 / b[1], 1.0 / b[0]))
    if b[0] == 0.0 and a[0] >= 0.0:
        return 0.0, inf
    return ANY


def _power(a: Bounds, b: Bounds) -> Bounds:
    if b[0] != b[1]:
        return (0.0, inf) if a[0] >= 0.0 else ANY
    if a[0] >= 0.0:
        return _corners(np.power, a, b)
    if b[0] > 0.0 and b[0].is_integer():
        low, high = _corners(np.power, a, b)
        return (0.0 if b[0] % 2.0 == 0.0 else low), high
    return (0.0, inf) if b[0] % 2.0 == 0.0 else ANY


def _logarithm(a: Bounds) -> Bounds:
    low, high = (float(np.log(np.float64(max(end, 0.0)))) for end in a)
    return low, high


def _inverse(a: Bounds) -> Bounds:
    return (1.0 / a[1], 1.0 / a[0]) if a[0] > 0.0 or a[1] < 0.0 else (0.0 if a[0] == 0.0 else -inf, inf)


def _rising(operation: Callable[[float], float]) -> Callable[[Bounds], Bounds]:
    def bound(a: Bounds) -> Bounds:
        return float(operation(np.float64(a[0]))), float(operation(np.float64(a[1])))

    return bound


def _sigmoid(u: float) -> float:
    return float(1.0 / (1.0 + np.exp(-u)))


def _length(a: Bounds) -> Bounds:
    return (0.0 if a[0] <= 0.0 <= a[1] else min(abs(a[0]), abs(a[1]))), max(abs(a[0]), abs(a[1]))


UNARY: Final[dict[str, Callable[[Bounds], Bounds]]] = {
    "neg": lambda a: (-a[1], -a[0]),
    "sin": lambda a: (-1.0, 1.0),
    "cos": lambda a: (-1.0, 1.0),
    "tan": lambda a: (-_TALLEST, _TALLEST),
    "asin": lambda a: (-2.0, 2.0),
    "acos": lambda a: (0.0, 4.0),
    "atan": _rising(np.arctan),
    "sinh": _rising(np.sinh),
    "cosh": lambda a: (1.0, float(np.cosh(np.float64(_length(a)[1])))),
    "tanh": _rising(np.tanh),
    "exp": _rising(np.exp),
    "log": _logarithm,
    "log10": _logarithm,
    "log2": lambda a: (2.0 * _logarithm(a)[0], 2.0 * _logarithm(a)[1]),
    "sqrt": lambda a: (max(a[0], 0.0) ** 0.5, max(a[1], 0.0) ** 0.5),
    "abs": _length,
    "sign": lambda a: (-1.0, 1.0),
    "floor": lambda a: (a[0] - 1.0, a[1]),
    "ceil": lambda a: (a[0], a[1] + 1.0),
    "sigmoid": _rising(_sigmoid),
    "softplus": _rising(lambda u: float(np.logaddexp(0.0, u))),
    "inverse_or_zero": _inverse,
    "log_or_zero": lambda a: (-750.0, _logarithm(a)[1]),
    "nonzero": lambda a: a,
    "nonzero_twice": lambda a: a,
}
BINARY: Final[dict[str, Callable[[Bounds, Bounds], Bounds]]] = {
    "add": lambda a, b: (a[0] + b[0], a[1] + b[1]),
    "sub": lambda a, b: (a[0] - b[1], a[1] - b[0]),
    "mul": _product,
    "product": _product,
    "div": _quotient,
    "pow": _power,
    "power_or_zero": lambda a, b: (0.0, inf) if a[0] >= 0.0 else ANY,
    "hypot": lambda a, b: (0.0, _length(a)[1] + _length(b)[1]),
    "atan2": lambda a, b: (-pi, pi),
    "min": lambda a, b: (min(a[0], b[0]), min(a[1], b[1])),
    "max": lambda a, b: (max(a[0], b[0]), max(a[1], b[1])),
    "less": lambda a, b: (0.0, 1.0),
}


_RULES: Final[dict[str, Callable[..., Bounds]]] = {**UNARY, **BINARY}


def bounds(operation: str, *arguments: Bounds, of: str = "") -> Bounds:
    """Bound an operation on what its arguments lie between; `of` names the operation of a single argument."""
    if operation == "inverse_or_zero" and of in ("sqrt", "hypot"):
        return 0.0, min(_LONGEST_INVERSE, _inverse(arguments[0])[1])
    rule = _RULES.get(operation)
    low, high = rule(*arguments) if rule else ANY
    return ANY if isnan(low) or isnan(high) else (low, high)
