"""Text to tokens, each with its place in the text as it was typed: plain characters, and the signs people paste."""

from __future__ import annotations

import re
from math import e, pi
from typing import Final, NamedTuple
from unicodedata import category, name, normalize

from lrviz.formula.error import FormulaError

CONSTANTS: Final = {"pi": pi, "e": e}
FUNCTIONS: Final = {
    **dict.fromkeys(("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"), 1),
    **dict.fromkeys(("exp", "log", "ln", "log10", "log2", "sqrt", "abs", "sign", "floor", "ceil"), 1),
    **dict.fromkeys(("sigmoid", "softplus", "relu"), 1),
    **dict.fromkeys(("min", "max", "hypot", "atan2"), 2),
}

ROOT: Final = "\N{SQUARE ROOT}"
_PI: Final = "\N{GREEK SMALL LETTER PI}"
_RAISED: Final = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
_LOWERED: Final = {ord(raised): str(digit) for digit, raised in enumerate(_RAISED)} | {0x207A: "", 0x207B: "-"}
_SUBSCRIPTS: Final = "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089"
# Multiplication, division and minus as they are pasted; what cannot be seen is a blank.
_SAME: Final = {
    **dict.fromkeys("\u00b7\u00d7\u22c5\u2219\u2217\u2022\u2a2f", "*"),
    **dict.fromkeys("\u00f7\u2215\u2044", "/"),
    **dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\ufe63", "-"),
    **dict.fromkeys("\t\r\n\u200b\u200e\u200f\u2060\u2061\u2062\ufeff", " "),
    **dict.fromkeys("\u2223\uff5c", "|"),
}
_TOKEN: Final = (
    r"(?P<blank> +)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
    rf"|(?P<name>[A-Za-z_][A-Za-z0-9_]*|{_PI})"
    rf"|(?P<raised>[\u207a\u207b]?[{_RAISED}]+)"
    rf"|(?P<symbol>\*\*|[-+*/^(),|{ROOT}])"
    r"|(?P<other>(?s:.))"
)
_HINTS: Final = {
    "=": "write only the right-hand side, without '='.",
    **dict.fromkeys("[]{}", "group with round parentheses ( )."),
    "\\": "write plain text such as sin(x), not LaTeX.",
    ".": "a point belongs inside a number, as in 0.5.",
    ";": "write one formula only, without ';'.",
    "\N{CUBE ROOT}": "write a cube root as a power: (...)^(1/3).",
    "\N{VULGAR FRACTION ONE HALF}": "write the fraction as 1/2, or 0.5.",
    "\N{INFINITY}": "numbers reach to about 1.8e308.",
}
_LOOKALIKES: Final = {"\u0445": "x", "\u0443": "y", "\u0435": "e", "\u03c7": "x", "\u0425": "x", "\u0423": "y"}


class Token(NamedTuple):
    """A piece of the text in plain characters, with its range in what was typed."""

    kind: str
    text: str
    start: int
    end: int


def tokens_of(text: str, names: tuple[str, ...]) -> list[Token]:
    """Split the text; blanks are dropped, the last token is an empty one.

    A word that is no name is split where it is made of names in one way only: `xy` is x y, `sinx` is sin x.
    """
    tokens: list[Token] = []
    for match in re.finditer(_TOKEN, _plain(text)):
        token = Token(str(match.lastgroup), match.group(), match.start(), match.end())
        if token.kind == "other":
            raise _strange(text, token)
        if token.kind == "raised":
            tokens.append(token._replace(text=token.text.translate(_LOWERED)))
        elif token.kind == "name":
            tokens.extend(_words(text, token, names))
        elif token.kind != "blank":
            tokens.append(token)
    end = tokens[-1].end if tokens else len(text)
    return [*tokens, Token("end", "", end, end)]


def _plain(text: str) -> str:
    """Return the text with as many characters, each of them plain where that is the same sign."""
    plain: list[str] = []
    for character in text:
        if character in _SUBSCRIPTS and plain and plain[-1].isalnum():
            plain.append(str(_SUBSCRIPTS.index(character)) if _in_word(plain) else character)
        elif character.isascii() and character not in "\t\r\n":
            plain.append(character)
        elif category(character) == "Zs":
            plain.append(" ")
        else:
            plain.append(_SAME.get(character) or _composed(character))
    return "".join(plain)


def _in_word(plain: list[str]) -> bool:
    """Whether what was last is a letter, or a digit that follows one."""
    return bool(re.search(r"[A-Za-z_][A-Za-z0-9_]*$", "".join(plain[-40:])))


def _composed(character: str) -> str:
    """Return the plain character of a full-width or a mathematical one; a raised or a lowered one is kept."""
    if ord(character) in _LOWERED or character in _SUBSCRIPTS:
        return character
    composed = normalize("NFKC", character)
    composed = _SAME.get(composed, composed)
    return composed if len(composed) == 1 and (composed.isascii() or composed in (_PI, ROOT)) else character


def _strange(text: str, token: Token) -> FormulaError:
    """Say what a character is that has no meaning, and what to write instead."""
    known: dict[str, str | int | None] = {"[": "(", "{": "(", "]": ")", "}": ")"}
    readings: tuple[str, ...] = ()
    if token.text in known:
        readings = (text.translate(str.maketrans(known)),)
    elif token.text == "=" and text[token.end :].strip():
        readings = (text[token.end :].strip(),)
    elif token.text in _LOOKALIKES:
        letter = _LOOKALIKES[token.text]
        remedy = f"this is a letter of another alphabet that looks like {letter}; write {letter}."
        return FormulaError(remedy, text, token.start, token.end, (text.replace(token.text, letter),))
    called = name(token.text, "")
    rule = f"this character{f', {called.lower()},' if not token.text.isascii() and called else ''} has no meaning here;"
    rule += " use names, numbers, + - * / ^ and parentheses."
    return FormulaError(_HINTS.get(token.text, rule), text, token.start, token.end, readings)


def _words(text: str, token: Token, names: tuple[str, ...]) -> list[Token]:
    """Split a word into the names that it is made of; one that cannot be split is left to the parser."""
    if token.text == _PI:
        return [token._replace(text="pi")]
    known = {*names, *CONSTANTS, *FUNCTIONS}
    if token.text in known:
        return [token]
    splits = _splits(token.text, known)
    if text[token.end :].lstrip().startswith("("):  # a misspelt function, not sin of e times what follows
        splits = [split for split in splits if not any(piece in FUNCTIONS for piece in split[:-1])]
    if len(splits) > 1:
        pieces = [" ".join(split) for split in splits]
        remedy = f"this can mean {pieces[0]} or {pieces[1]}; write the one you mean."
        readings = tuple(text[: token.start] + piece + text[token.end :] for piece in pieces)
        raise FormulaError(remedy, text, token.start, token.end, readings)
    words, start = [], token.start
    for word in splits[0] if splits else [token.text]:
        words.append(Token("name", word, start, start + len(word)))
        start += len(word)
    return words


def _splits(word: str, known: set[str]) -> list[list[str]]:
    """Return up to two ways in which a word is made of names; a name with digits only stands at the end."""
    ends: list[list[list[str]]] = [[[]], *([] for _ in word)]
    for start in range(len(word)):
        for piece in known:
            if ends[start] and word.startswith(piece, start):
                stop = start + len(piece)
                ends[stop] = [*ends[stop], *([*before, piece] for before in ends[start])][:2]
    return ends[-1]
