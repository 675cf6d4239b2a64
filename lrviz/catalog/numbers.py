"""Arrays, and numbers as people read and type them."""

from __future__ import annotations

import math
import re
import reprlib
import sys

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


EXACT = 15
"""Digits that tell all numbers apart which a person may type."""


def short(value: float | None, digits: int = 2) -> str:
    """Return a number as it stands in a sentence: a few digits, a true minus; `no number` where it is none."""
    if value is None or not math.isfinite(value):
        return "no number"
    if abs(float(f"{value:.{digits}g}")) < _LONG:
        return show_number(value, digits).replace("-", "\u2212")
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    return f"{float(mantissa):g}e{int(exponent)}".replace("-", "\u2212")


def read_number(text: str, owner: str = "The value") -> float:
    """Read a number as people type it: `0.1`, `0,1`, `1e-3`, `3×10⁻⁴`, with a true minus.

    Raises a `ValueError` that names `owner` for what is no number, and for what may be two: `1,000` is 1 to one
    reader and a thousand to another.
    """
    if len(text) > _MOST:
        raise ValueError(f"{owner} must be a number of at most {_MOST} characters, got {len(text)}.")
    plain = text.strip().translate(_SIGNS)
    if grouped := _GROUPED.fullmatch(plain):
        raise ValueError(f"{owner} must be one number, got {text!r}: {_remedy(*grouped.group(1, 2, 3))}")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    if power := _POWER_OF_TEN.fullmatch(plain):
        sign, mantissa, exponent = power.groups()
        plain = f"{sign}{mantissa or 1}e{exponent.lstrip('^*').translate(_LOWERED)}"
    if not _DECIMAL.fullmatch(plain):
        raise ValueError(f"{owner} must be a number, got {text!r}.")
    if math.isinf(number := float(plain)):
        raise ValueError(f"{owner} must be a number below 1.8e308, got {text!r}.")
    return number


_MOST = 60
_SIGNS = str.maketrans({"\u2212": "-", "\u00a0": " ", "\u202f": " "})
_LOWERED = str.maketrans("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b", "0123456789-")
_POWER_OF_TEN = re.compile(
    r"([-+]?)(?:([0-9]+\.?[0-9]*|\.[0-9]+) ?[\u00d7\u00b7*] ?)?10"
    r"([\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207b]+|(?:\^|\*\*)[-+]?[0-9]+)"
)
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_GROUPED = re.compile(r"([-+]?)([1-9][0-9]{0,2}(?:,[0-9]{3})+)((?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)")
"""Commas where they may part thousands; behind a leading 0 a comma can only be the decimal one."""


def _remedy(sign: str, digits: str, rest: str) -> str:
    whole = f"{sign}{digits.replace(',', '')}{rest}"
    if digits.count(",") > 1 or rest.startswith("."):
        return f"write {whole}, without commas."
    point = f"{sign}{digits.replace(',', '.')}{rest}"
    return f"write {whole} or {point}, whichever is meant."


def finite(value: object) -> float | None:
    """Return a number that a browser sent as a float; None for whatever else it may send."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        return None
    return float(value)


def shown_value(value: object) -> str:
    """Return how a value stands in an error: its text, cut where it is long."""
    try:
        return _REPR.repr(value)
    except ValueError:  # Python prints no whole number of more than 4,300 digits
        return "a number of thousands of digits"


_REPR = reprlib.Repr()
_REPR.maxstring = _REPR.maxother = _REPR.maxlong = 60
