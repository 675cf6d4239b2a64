"""The one exception that a formula's text can raise."""

from __future__ import annotations

SHOWN = 32


class FormulaError(ValueError):
    """Report what is wrong with a formula, where, and what to write instead.

    `text` is the formula as it was typed; `start` and `end` are the character range in it, for underlining.
    `readings` are whole formulas that say without doubt what may have been meant.
    """

    def __init__(self, remedy: str, text: str, start: int, end: int, readings: tuple[str, ...] = ()) -> None:
        """Put the quoted place before the `remedy`, which is a sentence without its capital."""
        super().__init__(f"{quoted(text[start:end])} at {start}-{end}: {remedy}")
        self.remedy = remedy
        self.text = text
        self.start = start
        self.end = end
        self.readings = readings

    def __reduce__(self) -> tuple[type[FormulaError], tuple[str, str, int, int, tuple[str, ...]]]:
        """Pickle by the arguments, so that the error can travel between processes."""
        return FormulaError, (self.remedy, self.text, self.start, self.end, self.readings)


def quoted(piece: str) -> str:
    """Quote a piece of the text in printable ASCII, cut in the middle when it is long."""
    if len(piece) > SHOWN:
        piece = f"{piece[: SHOWN // 2]}...{piece[-SHOWN // 4 :]}"
    return ascii(piece)
