"""Which bars of absolute values open and which close; there may be several ways to read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lrviz.formula.tokens import Token

OPENED: Final = "|("
CLOSED: Final = ")|"
MOST_WAYS: Final = 16


def paired(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield the tokens with every bar opened or closed, in each way in which what stands beside it allows it.

    Within bars, one that is followed by a sign does not open: `|x|-2|y|` is a difference. At most `MOST_WAYS + 1`.
    """
    places = [i for i, token in enumerate(tokens) if token.text == "|"]
    pending: list[tuple[str, int]] = [("", 0)]  # what the bars so far do, and how many are open
    for count, place in enumerate(places):
        left = len(places) - count - 1
        grown = []
        for done, deep in pending:
            if deep and _may_close(tokens, place):
                grown.append((done + ")", deep - 1))
            if _may_open(tokens, place, deep, done) and deep + 1 <= left:
                grown.append((done + "(", deep + 1))
        pending = grown[: MOST_WAYS + 1]
    for done, deep in pending or [("(" * len(places), 0)]:
        if deep == 0:
            kinds = dict(zip(places, done, strict=True))
            yield [
                token._replace(text=OPENED if kinds[i] == "(" else CLOSED) if i in kinds else token
                for i, token in enumerate(tokens)
            ]


def _may_open(tokens: list[Token], place: int, deep: int, done: str) -> bool:
    before, after = tokens[place - 1] if place else None, tokens[place + 1]
    value = before is not None and (before.kind in ("number", "name", "raised") or before.text == ")")
    value = value or (before is not None and before.text == "|" and done.endswith(")"))
    return not (deep and value and after.text in ("+", "-"))


def _may_close(tokens: list[Token], place: int) -> bool:
    before = tokens[place - 1]
    return before.kind in ("number", "name", "raised") or before.text in (")", "|")


def with_calls(text: str, tokens: list[Token]) -> str:
    """Return the text with abs(...) for its bars."""
    for token in reversed(tokens):
        if token.text in (OPENED, CLOSED):
            text = text[: token.start] + ("abs(" if token.text == OPENED else ")") + text[token.end :]
    return text
