"""MathML of a formula as it was typed, which every browser can set without a library."""

from __future__ import annotations

from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from lrviz.formula.latex import ATOM, FRACTION, GREEK, POWER, PRODUCT, SIGN, SUM, TRIGONOMETRIC
from lrviz.formula.tree import Node, Tree

_MINUS: Final = "\N{MINUS SIGN}"
_TIMES: Final = "<mo>\N{DOT OPERATOR}</mo>"
_UNSEEN: Final = "<mo>\N{INVISIBLE TIMES}</mo>"
_APPLIED: Final = "<mo>\N{FUNCTION APPLICATION}</mo>"
_NAMES: Final = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "log": "ln"}
_GREEK: Final = {name: chr(0x3B1 + i) for i, name in enumerate(
    ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
     "omicron", "pi", "rho", "", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"))}  # fmt: skip
_BRACKETS: Final = {"abs": "||", "floor": "\u230a\u230b", "ceil": "\u2308\u2309"}


class Piece(NamedTuple):
    """The MathML of a node and how tightly it holds together."""

    text: str
    level: int


def mathml(tree: Tree) -> str:
    """Print the tree as one `<math>` element; parentheses appear where the reading needs them."""
    pieces: list[Piece] = []
    for node in tree.nodes:
        pieces.append(_piece(node, [pieces[i] for i in node.arguments], [tree.nodes[i] for i in node.arguments]))
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">{pieces[-1].text}</math>'


def _piece(node: Node, pieces: list[Piece], nodes: list[Node]) -> Piece:
    """Print one node from its printed arguments."""
    if node.kind == "number":
        return _number(node.text)
    if node.kind == "name":
        return Piece(_symbol(node.text), ATOM)
    if node.kind == "sign":
        sign = _MINUS if node.text == "-" else "+"
        return Piece(f'<mrow><mo form="prefix">{sign}</mo>{_within(pieces[0], PRODUCT)}</mrow>', SIGN)
    if node.kind == "call":
        return _call(node.text, pieces)
    if node.text == "^":
        return _power(pieces, nodes)
    return _infix(node.text, pieces[0], pieces[1], nodes[1])


def _number(text: str) -> Piece:
    mantissa, _, exponent = text.lower().partition("e")
    if not exponent:
        return Piece(f"<mn>{text}</mn>", ATOM)
    shown = exponent.lstrip("+").replace("-", _MINUS)
    return Piece(f"<mrow><mn>{mantissa}</mn>{_TIMES}<msup><mn>10</mn><mn>{shown}</mn></msup></mrow>", PRODUCT)


def _symbol(name: str) -> str:
    """Print a name: one letter slanted, several upright, digits at its end as an index."""
    stem = name.rstrip("0123456789")
    index, stem = name[len(stem) :], stem.rstrip("_")
    shown = _GREEK.get(stem, stem) if stem in GREEK else stem
    letter = f"<mi>{escape(shown or name)}</mi>"
    return f"<msub>{letter}<mn>{index}</mn></msub>" if index and stem else letter


def _within(piece: Piece, level: int) -> str:
    return piece.text if piece.level >= level else _between(piece.text, "()")


def _between(text: str, brackets: str) -> str:
    opened, closed = (f'<mo form="{form}" stretchy="true">{mark}</mo>' for form, mark in
                      zip(("prefix", "postfix"), brackets, strict=True))  # fmt: skip
    return f"<mrow>{opened}{text}{closed}</mrow>"


def _call(name: str, pieces: list[Piece]) -> Piece:
    arguments = "<mo>,</mo>".join(piece.text for piece in pieces)
    if name == "exp":
        return Piece(f"<msup><mi>e</mi><mrow>{arguments}</mrow></msup>", POWER)
    if name == "sqrt":
        return Piece(f"<msqrt>{arguments}</msqrt>", ATOM)
    if name in _BRACKETS:
        return Piece(_between(arguments, _BRACKETS[name]), ATOM)
    return Piece(f"<mrow>{_operator(name)}{_APPLIED}{_between(arguments, '()')}</mrow>", POWER)


def _operator(name: str) -> str:
    if name in ("log10", "log2"):
        return f"<msub><mi>log</mi><mn>{name[3:]}</mn></msub>"
    return "<mi>\N{GREEK SMALL LETTER SIGMA}</mi>" if name == "sigmoid" else f"<mi>{_NAMES.get(name, name)}</mi>"


def _power(pieces: list[Piece], nodes: list[Node]) -> Piece:
    """Print a power; the square of a sine as it is written by hand."""
    base, exponent = pieces
    if nodes[0].kind == "call" and nodes[0].text in TRIGONOMETRIC and nodes[1].kind == "number":
        operator = _operator(nodes[0].text)
        raised = f"<msup>{operator}{exponent.text}</msup>"
        return Piece(base.text.replace(operator, raised, 1), POWER)
    return Piece(f"<msup>{_within(base, ATOM)}<mrow>{exponent.text}</mrow></msup>", POWER)


def _infix(operator: str, left: Piece, right: Piece, second: Node) -> Piece:
    if operator == "/":
        return Piece(f"<mfrac><mrow>{left.text}</mrow><mrow>{right.text}</mrow></mfrac>", FRACTION)
    if operator == "*":
        # 2 3 would read as 23, and 2 beside a fraction as a mixed number.
        apart = right.text.startswith(("<mn>", "<msup><mn>", "<mrow><mn>")) or second.text == "/"
        sign = _TIMES if apart else _UNSEEN
        level = PRODUCT if left.level > SIGN else SIGN
        return Piece(f"<mrow>{_within(left, SIGN)}{sign}{_within(right, FRACTION)}</mrow>", level)
    sign = _MINUS if operator == "-" else "+"
    return Piece(f"<mrow>{left.text}<mo>{sign}</mo>{_within(right, PRODUCT)}</mrow>", SUM)
