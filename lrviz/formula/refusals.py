"""What is said of a formula that cannot be read, and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from lrviz.formula.error import FormulaError, quoted
from lrviz.formula.tokens import CONSTANTS, FUNCTIONS, Token

_OTHERWISE: Final = {
    **{"arcsin": "asin", "arccos": "acos", "arctan": "atan", "sgn": "sign"},
    **{"lg": "log10", "lb": "log2", "logistic": "sigmoid"},
}


def said(piece: str) -> str:
    """Return a piece of a formula as it stands in a sentence: short, in printable ASCII."""
    return piece if piece.isascii() and piece.isprintable() and len(piece) <= 32 else quoted(piece)


def missing(text: str, before: Token | None, token: Token) -> FormulaError:
    """Say what lacks a value: `before` and `token` stand where one should be between them."""
    shown = text[token.start : token.end]
    if token.kind == "end" or token.text in (")", ",", ")|"):
        if before is not None and before.text not in ("(", ")", ",", "|(", ")|"):
            return FormulaError(f"{quoted(before.text)} needs a value on its right.", text, before.start, before.end)
        if token.text == ")" and (before is None or before.text == ")"):
            return FormulaError("')' closes nothing; add '(' before it or remove it.", text, token.start, token.end)
        if before is not None and token.kind == "end":
            remedy = f"the formula ends after {quoted(before.text[0])}; write what follows."
            return FormulaError(remedy, text, before.start, before.end)
        return FormulaError(f"write a value before {quoted(shown)}.", text, token.start, token.end)
    return FormulaError(f"{quoted(shown)} needs a value on its left.", text, token.start, token.end)


def left_over(text: str, before: Token, token: Token, after: Token) -> FormulaError:
    """Say why a comma, a bar or a closing parenthesis cannot stand where it does."""
    if token.text == ")":
        return FormulaError("')' closes nothing; add '(' before it or remove it.", text, token.start, token.end)
    if "|" in token.text:
        return FormulaError("a bar lacks its other one: write |x| or abs(x).", text, token.start, token.end)
    if before.kind == after.kind == "number":
        return _decimal(text, before, token, after, f"write the decimal with a point: {before.text}.{after.text}.")
    return FormulaError("a comma only separates the arguments of a function.", text, token.start, token.end)


def _decimal(text: str, before: Token, comma: Token, after: Token, remedy: str) -> FormulaError:
    reading = f"{text[: comma.start]}.{text[comma.end :].lstrip()}"
    return FormulaError(remedy, text, before.start, after.end, (reading,))


def wrong_count(text: str, function: Token, tokens: Sequence[Token], got: int) -> FormulaError:
    """Say how many arguments a function takes; `tokens` are those from the function to the closing parenthesis."""
    count, end = FUNCTIONS[function.text], tokens[-1].end
    remedy = f"{function.text} takes {count} argument{'s'[: count - 1]}, got {got}."
    for before, comma, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if comma.text == "," and before.kind == after.kind == "number" and got == count + 1:
            remedy += f" For a decimal write {before.text}.{after.text}."
            return FormulaError(remedy, text, function.start, end, _decimal(text, before, comma, after, "").readings)
    return FormulaError(remedy, text, function.start, end)


def unknown_name(text: str, token: Token, names: tuple[str, ...], offered: str, *, called: bool) -> FormulaError:
    """Say what an unknown name may have meant, and name all that may be used."""
    hint, readings = _suggestion(token.text, names, called)
    functions = f"The functions are {', '.join(FUNCTIONS)}; the names" if called else "The names"
    remedy = f"unknown name {quoted(token.text)}{hint} {functions} that may be used are {offered}."
    whole = tuple(text[: token.start] + reading + text[token.end :] for reading in readings)
    return FormulaError(remedy, text, token.start, token.end, whole)


def _suggestion(name: str, names: tuple[str, ...], called: bool) -> tuple[str, tuple[str, ...]]:
    """Return `; did you mean ...?`, else a full stop, and what was meant."""
    if len(name) > 16:
        return ".", ()
    stem = name.rstrip("0123456789")
    if stem in (*names, *CONSTANTS) and stem != name:
        pieces = tuple(f"{stem}{sign}{name[len(stem) :]}" for sign in "*^")
        return f"; did you mean {' or '.join(pieces)}?", pieces
    known = [*FUNCTIONS] if called else [*names, *CONSTANTS, *FUNCTIONS]
    lowered = name.lower()
    close = [_OTHERWISE[lowered]] if lowered in _OTHERWISE else get_close_matches(lowered, known, n=1, cutoff=0.65)
    return (f"; did you mean {close[0]}?", (close[0],)) if close else (".", ())
