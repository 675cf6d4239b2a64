"""LaTeX of a formula as it was typed, printed from its syntax tree."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from lrviz.formula.tree import Node, Tree

GREEK: Final = frozenset(
    re.findall(
        "[A-Za-z]+",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
        "omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega",
    )
)
OPERATORS: Final = {
    **{name: rf"\{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "min", "max")},
    **{"asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan", "log": r"\ln", "ln": r"\ln"},
    **{"log10": r"\log_{10}", "log2": r"\log_{2}", "sigmoid": r"\sigma"},
}
# A power such as \sin^{2} goes before the argument only for these.
TRIGONOMETRIC: Final = frozenset({"sin", "cos", "tan", "sinh", "cosh", "tanh"})
BRACKETS: Final = {
    "sqrt": (r"\sqrt{", "}"),
    "abs": (r"\left|", r"\right|"),
    "floor": (r"\left\lfloor ", r" \right\rfloor"),
    "ceil": (r"\left\lceil ", r" \right\rceil"),
}
HIGH: Final = (r"\frac", r"\sqrt", r"\left")
"""What is higher than a line of text."""
LONG: Final = 24
"""Characters above which a line may break between two factors."""
SUM, SIGN, PRODUCT, FRACTION, POWER, ATOM = range(6)


class Piece(NamedTuple):
    """The LaTeX of a node and how tightly it holds together."""

    text: str
    level: int


def latex(tree: Tree) -> str:
    """Print the tree; parentheses appear where the reading needs them."""
    pieces: list[Piece] = []
    for node in tree.nodes:
        pieces.append(_piece(node, [pieces[i] for i in node.arguments], [tree.nodes[i] for i in node.arguments]))
    return pieces[-1].text


def symbol(name: str) -> str:
    r"""Print a name: `theta` as `\theta`, `x1` and `x_1` as `x_{1}`, several letters upright."""
    stem = name.rstrip("0123456789")
    index, stem = name[len(stem) :], stem.rstrip("_")
    if not stem:
        return rf"\mathrm{{{name}}}".replace("_", r"\_")
    shown = rf"\{stem}" if stem in GREEK else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}".replace("_", r"\_")
    return f"{shown}_{{{index}}}" if index else shown


def _piece(node: Node, pieces: list[Piece], nodes: list[Node]) -> Piece:
    """Print one node from its printed arguments."""
    if node.kind == "number":
        return _number(node.text)
    if node.kind == "name":
        return Piece(symbol(node.text), ATOM)
    if node.kind == "sign":
        return Piece(node.text + _within(pieces[0], PRODUCT), SIGN)
    if node.kind == "call":
        return _call(node.text, pieces)
    if node.text == "^":
        return _power(pieces, nodes)
    return _infix(node.text, *pieces)


def _number(text: str) -> Piece:
    """Print a number as typed, with a power of ten for an exponent."""
    mantissa, _, exponent = text.lower().partition("e")
    if not exponent:
        return Piece(text, ATOM)
    return Piece(rf"{mantissa} \cdot 10^{{{exponent.lstrip('+')}}}", PRODUCT)


def _within(piece: Piece, level: int) -> str:
    """Put parentheses around a piece that holds less tightly than `level`."""
    return piece.text if piece.level >= level else _parenthesised(piece.text)


def _parenthesised(text: str) -> str:
    """Put parentheses around, as high as what is in them only where it is high: a line may break within others."""
    return rf"\left({text}\right)" if any(high in text for high in HIGH) else f"({text})"


def _call(name: str, pieces: list[Piece]) -> Piece:
    """Print a call."""
    arguments = ", ".join(piece.text for piece in pieces)
    if name == "exp":
        return Piece(f"e^{{{arguments}}}", POWER)
    if name in BRACKETS:
        return Piece(arguments.join(BRACKETS[name]), ATOM)
    operator = OPERATORS.get(name, rf"\operatorname{{{name}}}")
    return Piece(operator + _parenthesised(arguments), POWER)


def _power(pieces: list[Piece], nodes: list[Node]) -> Piece:
    """Print a power; the square of a sine as it is written by hand."""
    base, exponent = pieces
    if nodes[0].kind == "call" and nodes[0].text in TRIGONOMETRIC and nodes[1].kind == "number":
        operator = OPERATORS[nodes[0].text]
        return Piece(f"{operator}^{{{exponent.text}}}{base.text[len(operator) :]}", POWER)
    return Piece(f"{_within(base, ATOM)}^{{{exponent.text}}}", POWER)


def _infix(operator: str, left: Piece, right: Piece) -> Piece:
    """Print a sum, a difference, a product or a fraction."""
    if operator == "/":
        return Piece(rf"\frac{{{left.text}}}{{{right.text}}}", FRACTION)
    if operator == "*":
        # A sign may lead a product, but not stand in the middle of one.
        factors = _within(left, SIGN), _within(right, FRACTION)
        # 2 3 would read as 23, and 2 \frac{1}{3} as a mixed number.
        apart = factors[1][0] in ".0123456789" or (factors[1].startswith(r"\frac") and factors[0][-1].isdigit())
        dot = r" \cdot " if apart else r" \allowbreak " if min(map(len, factors)) > LONG else " "
        return Piece(dot.join(factors), PRODUCT if left.level > SIGN else SIGN)
    return Piece(f"{left.text} {operator} {_within(right, PRODUCT)}", SUM)
