"""NumPy's elementary functions as another processor may compute them: off by some units in the last place.

NumPy allows its `exp`, `log`, `sin`, `power`, … on arrays to err by up to 4 units, and takes other code for them where
the processor has wider registers. With `LRVIZ_ULPS=4` every test runs on functions that do err so much, at random: by
the bits of a number, so that the same call gives the same, and by how many stand together, for they then stand
elsewhere in the registers. As a script it prints which registers NumPy may leave alone (`NPY_DISABLE_CPU_FEATURES`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

NAMES = (
    "power", "float_power", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "sinh",
    "cosh", "tanh", "arcsin", "arccos", "arctan", "arctan2", "arcsinh", "arccosh", "arctanh", "cbrt", "logaddexp",
)  # fmt: skip
_EXACT = (0.0, 1.0, -1.0)
"""Results that every implementation has exactly: those at 0, at 1, and of whole powers of 1."""


class Erring:
    """A function that calls another and errs by up to `units` in the last place."""

    def __init__(self, function: np.ufunc, units: int) -> None:
        self._function, self._units = function, units
        self.__name__, self.nin, self.nout = function.__name__, function.nin, function.nout

    def __getattr__(self, name: str) -> Any:
        return getattr(self._function, name)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        found = self._function(*arguments, **options)
        if not isinstance(found, np.ndarray):
            return found if not isinstance(found, np.float64) else self._off(np.atleast_1d(found))[0]
        if found.dtype != np.float64 or not found.size:
            return found
        found[...] = self._off(found)
        return found

    def _off(self, exact: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return numbers a few units away; which way depends on their bits and their count alone."""
        mixed = np.ascontiguousarray(exact).view(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(exact.size)
        mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
        units = (mixed >> np.uint64(33)) % np.uint64(2 * self._units + 1)
        off = units.astype(np.int64) - self._units
        fixed = np.isin(exact, _EXACT) | (np.abs(exact) < 1e-300) | ~np.isfinite(exact)
        with np.errstate(over="ignore"):
            moved = exact + off * np.spacing(np.abs(np.where(fixed, 1.0, exact)))
        return np.where(fixed, exact, moved)


def err(units: int) -> None:
    """Let NumPy's elementary functions err by up to `units` in this process, within `geomspace` too."""
    for name in NAMES:
        erring = Erring(getattr(np, name), units)
        for module in (np, np._core.numeric, np._core.umath):
            if hasattr(module, name):
                setattr(module, name, erring)


def wide() -> list[str]:
    """Return the registers of 512 bits that NumPy uses on this processor beside its least."""
    found: dict[str, list[str]] = np.show_config(mode="dicts")["SIMD Extensions"]
    return [name for name in found.get("found", []) if name.startswith("AVX512") or name == "X86_V4"]


if __name__ == "__main__":
    print(" ".join(reversed(wide())))
