"""Arrays, and numbers as people read and type them."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
DIGITS = 4
"""The significant digits of a number in a label; addresses and fields keep them all."""

_LONG = 1e6
"""From here on the zeros of a number in a sentence would have to be counted: it is written as `5.4e8`."""


def show_number(value: float, digits: int | None = None) -> str:
    """Return the shortest text that gives `value` back exactly, or to so many significant digits: `0.1`, `1e-3`."""
    text = repr(float(value) if digits is None else float(f"{value:.{digits}g}"))
    if text.endswith(".0"):
        text = text[:-2]
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else _tidy_small(text)


def _tidy_small(text: str) -> str:
    """Write `0.001` as `1e-3`: shorter, and how rates are written."""
    digits = text.lstrip("-")
    if not digits.startswith("0.00"):
        return text
    significant = digits[2:].lstrip("0")
    exponent = len(digits) - 2 - len(significant) + 1
    mantissa = significant if len(significant) == 1 else f"{significant[0]}.{significant[1:]}"
    return f"{'-' if text.startswith('-') else ''}{mantissa}e-{exponent}"


def short(value: float | None, digits: int = 2) -> str:
    """Return a number as it stands in a sentence: a few digits, a true minus; `no number` where it is none."""
    if value is None or not math.isfinite(value):
        return "no number"
    if abs(float(f"{value:.{digits}g}")) < _LONG:
        return show_number(value, digits).replace("-", "\u2212")
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    return f"{float(mantissa):g}e{int(exponent)}".replace("-", "\u2212")


def read_number(text: str) -> float:
    """Read a number as people type it; a decimal comma and a true minus are accepted. Raises `ValueError`."""
    plain = text.strip().replace("\u2212", "-").replace("\u00d7", "x")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    if "_" in plain:
        raise ValueError(f"{text!r} is not a number.")
    try:
        return float(plain)
    except ValueError:
        raise ValueError(f"{text!r} is not a number.") from None
