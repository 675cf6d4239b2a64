"""What an operation of the graph computes: NumPy functions that take their output as the last argument.

Some occur in derivatives only. Those that are zero where their limit is infinite make a gradient at a kink the
sub-gradient 0 instead of NaN; the product in which 0 wins keeps NaN out where a branch is not taken or a function is
flat; a divisor that is never quite zero lets a derivative pass a pole that the formula itself passes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Operation = Callable[..., object]

ZERO: Final = np.zeros(())
ONE: Final = np.ones(())
NEARLY: Final = np.array(1e-30)
"""What stands for a divisor that is 0 in a first derivative: small, but its ninth power can still be divided by."""
NEAR: Final = np.array(1e-8)
"""The same in a second derivative, where the large terms of a simple pole cancel each other, and rounding remains."""


def _room(out: FloatArray | None, *arguments: FloatArray) -> FloatArray:
    """Return `out`, or a new array of the shape that the arguments broadcast to."""
    return np.empty(np.broadcast_shapes(*(np.shape(a) for a in arguments))) if out is None else out


def inverse_or_zero(u: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Compute 1/u, and 0 where u is 0."""
    result = _room(out, u)
    np.divide(ONE, u, result)
    np.copyto(result, ZERO, where=np.equal(u, ZERO))
    return result


def power_or_zero(u: FloatArray, v: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Compute u**v, and 0 where u is 0 and v negative."""
    result = _room(out, u, v)
    np.power(u, v, result)
    np.copyto(result, ZERO, where=np.equal(u, ZERO) & np.less(v, ZERO))
    return result


def log_or_zero(u: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Compute log(u), and 0 where u is 0."""
    result = _room(out, u)
    np.log(u, result)
    np.copyto(result, ZERO, where=np.equal(u, ZERO))
    return result


def product(u: FloatArray, v: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Compute u*v, and 0 where one of them is 0, whatever the other is."""
    result = _room(out, u, v)
    np.multiply(u, v, result)
    if np.isnan(result).any():
        np.copyto(result, ZERO, where=np.equal(u, ZERO) | np.equal(v, ZERO))
    return result


def nonzero(u: FloatArray, out: FloatArray | None = None, nearly: FloatArray = NEARLY) -> FloatArray:
    """Compute u, and `nearly` where u is 0."""
    result = _room(out, u)
    np.copyto(result, u)
    np.copyto(result, nearly, where=np.equal(u, ZERO))
    return result


def nonzero_twice(u: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Compute u, and `NEAR` where u is 0."""
    return nonzero(u, out, NEAR)


def maximum(u: FloatArray, v: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Compute the larger one; NumPy wants this output named, not in third place."""
    return np.maximum(u, v, out=out)


def minimum(u: FloatArray, v: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Compute the smaller one; NumPy wants this output named, not in third place."""
    return np.minimum(u, v, out=out)


def sigmoid(u: FloatArray) -> FloatArray:
    """Compute 1/(1 + exp(-u)) of a constant; in programs it is written out."""
    return np.asarray(1.0 / (1.0 + np.exp(-u)))


def softplus(u: FloatArray) -> FloatArray:
    """Compute log(1 + exp(u)) of a constant without overflow; in programs it is written out."""
    return np.asarray(np.logaddexp(0.0, u))


OPERATIONS: Final[dict[str, Operation]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "pow": np.power,
    "neg": np.negative,
    "square": np.square,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "atan2": np.arctan2,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "exp": np.exp,
    "log": np.log,
    "log10": np.log10,
    "log2": np.log2,
    "logaddexp": np.logaddexp,
    "sqrt": np.sqrt,
    "hypot": np.hypot,
    "abs": np.absolute,
    "sign": np.sign,
    "floor": np.floor,
    "ceil": np.ceil,
    "min": minimum,
    "max": maximum,
    "less": np.less,
    "sigmoid": sigmoid,
    "softplus": softplus,
    "inverse_or_zero": inverse_or_zero,
    "power_or_zero": power_or_zero,
    "log_or_zero": log_or_zero,
    "product": product,
    "nonzero": nonzero,
    "nonzero_twice": nonzero_twice,
}

# These read an argument again after they have begun to write, so their output must be a buffer of its own.
TWO_PASS: Final = frozenset({"inverse_or_zero", "power_or_zero", "log_or_zero", "product", "nonzero", "nonzero_twice"})
