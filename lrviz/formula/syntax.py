"""Text to syntax tree: a small Pratt parser that bounds length, nodes and depth, and says what to write instead.

The tree is a flat tuple of nodes, children before parents, so that nothing that walks it needs recursion.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from math import e, isinf, pi
from typing import Final, Literal, NamedTuple, NoReturn

from lrviz.formula.error import FormulaError, quoted

MAX_CHARACTERS: Final = 500
MAX_NODES: Final = 400
MAX_DEPTH: Final = 60

CONSTANTS: Final = {"pi": pi, "e": e}
FUNCTIONS: Final = {
    **dict.fromkeys(("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"), 1),
    **dict.fromkeys(("exp", "log", "ln", "log10", "log2", "sqrt", "abs", "sign", "floor", "ceil"), 1),
    **dict.fromkeys(("sigmoid", "softplus", "relu"), 1),
    **dict.fromkeys(("min", "max", "hypot", "atan2"), 2),
}

# How tightly an operator holds its operands; a sign stands between the product and the power: -x^2 = -(x^2).
BINDING: Final = {"+": 10, "-": 10, "*": 20, "/": 20, "^": 40}
SIGN_BINDING: Final = 30

TOKEN: Final = (
    r"(?P<blank>[ \t\r\n]+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<symbol>\*\*|[-+*/^(),])"
    r"|(?P<other>(?s:.))"
)
HINTS: Final = {
    "\N{SUPERSCRIPT TWO}": "write a power as ^2.",
    "\N{SUPERSCRIPT THREE}": "write a power as ^3.",
    "\N{MULTIPLICATION SIGN}": "write a product with *.",
    "\N{MIDDLE DOT}": "write a product with *.",
    "\N{DOT OPERATOR}": "write a product with *.",
    "\N{DIVISION SIGN}": "write a quotient with /.",
    "\N{MINUS SIGN}": "write minus with the plain character -.",
    "\N{EN DASH}": "write minus with the plain character -.",
    "\N{GREEK SMALL LETTER PI}": "write pi.",
    "\N{SQUARE ROOT}": "write a root as sqrt(...).",
    "|": "write an absolute value as abs(...).",
    "=": "write only the right-hand side, without '='.",
    "[": "group with round parentheses ( ).",
    "]": "group with round parentheses ( ).",
    "{": "group with round parentheses ( ).",
    "}": "group with round parentheses ( ).",
    "\\": "write plain text such as sin(x), not LaTeX.",
    ".": "a point belongs inside a number, as in 0.5.",
    ";": "write one formula only, without ';'.",
}

Kind = Literal["number", "name", "call", "sign", "operator"]


class Node(NamedTuple):
    """One node as typed: a number, a name, a call, a sign or an operator (`^` stands for `**` too)."""

    kind: Kind
    text: str
    arguments: tuple[int, ...]
    start: int
    end: int


class Tree(NamedTuple):
    """A parsed formula; the last node is the root, and arguments are indices of earlier nodes."""

    text: str
    nodes: tuple[Node, ...]


class Token(NamedTuple):
    """A piece of the text with its character range."""

    kind: str
    text: str
    start: int
    end: int


def parse(text: str, names: tuple[str, ...]) -> Tree:
    """Parse `text`, in which `names` are the variables and parameters.

    Raises: FormulaError for anything that is not a formula within the limits.
    """
    if len(text) > MAX_CHARACTERS:
        remedy = f"a formula has at most {MAX_CHARACTERS} characters, this has {len(text)}; shorten it."
        raise FormulaError(remedy, text, MAX_CHARACTERS, len(text))
    return _Parser(text, names).tree()


def _tokens(text: str) -> list[Token]:
    """Split the text; blanks are dropped, the last token is an empty one."""
    tokens = []
    for match in re.finditer(TOKEN, text):
        token = Token(str(match.lastgroup), match.group(), match.start(), match.end())
        if token.kind == "other":
            rule = "this character has no meaning here; use names, numbers, + - * / ^ and parentheses."
            raise FormulaError(HINTS.get(token.text, rule), text, token.start, token.end)
        if token.kind != "blank":
            tokens.append(token)
    end = tokens[-1].end if tokens else len(text)
    return [*tokens, Token("end", "", end, end)]


class _Parser:
    """The state of one parse: tokens, the place in them, the nodes so far, the depth."""

    def __init__(self, text: str, names: tuple[str, ...]) -> None:
        self.text = text
        self.names = names
        self.tokens = _tokens(text)
        self.place = 0
        self.depth = 0
        self.nodes: list[Node] = []

    def tree(self) -> Tree:
        """Parse the whole text."""
        if len(self.tokens) == 1:
            raise FormulaError("the formula is empty; write for example x^2.", self.text, 0, len(self.text))
        self.expression(0)
        if self.token.kind != "end":
            self.refuse_rest(self.token)
        return Tree(self.text, tuple(self.nodes))

    @property
    def token(self) -> Token:
        """Return the next token."""
        return self.tokens[self.place]

    def take(self) -> Token:
        """Move past the next token and return it."""
        token = self.tokens[self.place]
        self.place += 1
        return token

    def fail(self, remedy: str, start: int, end: int) -> NoReturn:
        """Raise the error of this text."""
        raise FormulaError(remedy, self.text, start, end)

    def enter(self, token: Token) -> None:
        """Go one level deeper: a parenthesis, a sign or an exponent."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"at most {MAX_DEPTH} levels may be nested; simplify the formula.", token.start, token.end)

    def node(self, kind: Kind, text: str, arguments: tuple[int, ...], start: int, end: int) -> int:
        """Append a node and return its index."""
        if len(self.nodes) == MAX_NODES:
            self.fail(f"a formula has at most {MAX_NODES} numbers, names and operations; shorten it.", start, end)
        self.nodes.append(Node(kind, text, arguments, start, end))
        return len(self.nodes) - 1

    def expression(self, binding: int) -> int:
        """Parse operands joined by operators that hold tighter than `binding`."""
        left = self.operand()
        self.refuse_product(left)
        while (tightness := BINDING.get(self.operator(), 0)) > binding:
            left = self.binary(left, tightness)
        return left

    def operator(self) -> str:
        """Return the next token, read as an operator."""
        return "^" if self.token.text == "**" else self.token.text

    def binary(self, left: int, tightness: int) -> int:
        """Parse the operator and its right operand; a power takes the next power along, as x^(y^z)."""
        name, token = self.operator(), self.take()
        if name == "^":
            self.enter(token)
            right = self.expression(tightness - 1)
            self.depth -= 1
        else:
            right = self.expression(tightness)
        return self.node("operator", name, (left, right), self.nodes[left].start, self.nodes[right].end)

    def operand(self) -> int:
        """Parse a number, a name, a call, a parenthesis or a signed operand."""
        token = self.take()
        if token.kind == "number":
            return self.number(token)
        if token.kind == "name":
            return self.name(token)
        if token.text == "(":
            return self.parenthesis(token)
        if token.text in ("+", "-"):
            return self.signed(token)
        self.refuse_missing(token)

    def number(self, token: Token) -> int:
        """Accept a finite number."""
        if isinf(float(token.text)):
            self.fail("the number is too large; the largest is about 1.8e308.", token.start, token.end)
        return self.node("number", token.text, (), token.start, token.end)

    def signed(self, token: Token) -> int:
        """Parse what a sign applies to."""
        self.enter(token)
        inner = self.expression(SIGN_BINDING)
        self.depth -= 1
        return self.node("sign", token.text, (inner,), token.start, self.nodes[inner].end)

    def parenthesis(self, token: Token) -> int:
        """Parse up to the closing parenthesis; the node then spans both."""
        self.enter(token)
        if self.token.text == ")":
            self.fail("write something between the parentheses.", token.start, self.token.end)
        inner = self.expression(0)
        close = self.close(token)
        self.nodes[inner] = self.nodes[inner]._replace(start=token.start, end=close.end)
        return inner

    def close(self, opened: Token) -> Token:
        """Take the closing parenthesis of `opened`."""
        if self.token.kind == "end":
            self.fail("'(' is never closed; add ')'.", opened.start, opened.end)
        if self.token.text != ")":
            self.refuse_rest(self.token)
        self.depth -= 1
        return self.take()

    def name(self, token: Token) -> int:
        """Accept a variable, a parameter or a constant, or parse a call."""
        if token.text in FUNCTIONS:
            return self.call(token)
        if token.text not in self.names and token.text not in CONSTANTS:
            self.refuse_name(token)
        return self.node("name", token.text, (), token.start, token.end)

    def call(self, function: Token) -> int:
        """Parse the arguments of a function and check how many there are."""
        opened, name = self.token, function.text
        if opened.text in ("^", "**"):
            self.fail(f"write the power after the argument: {name}(...)^2.", function.start, opened.end)
        if opened.text != "(":
            wanted = opened.text if opened.kind in ("number", "name") else "..."
            self.fail(f"write the argument in parentheses: {name}({wanted}).", function.start, opened.end)
        self.enter(self.take())
        arguments = [] if self.token.text == ")" else [self.expression(0)]
        while arguments and self.token.text == ",":
            self.take()
            arguments.append(self.expression(0))
        close = self.close(opened)
        if len(arguments) != FUNCTIONS[name]:
            self.refuse_count(function, arguments, close)
        return self.node("call", name, tuple(arguments), function.start, close.end)

    def refuse_count(self, function: Token, arguments: list[int], close: Token) -> NoReturn:
        """Say how many arguments the function takes."""
        count = FUNCTIONS[function.text]
        remedy = f"{function.text} takes {count} argument{'s'[: count - 1]}, got {len(arguments)}."
        first, second = (self.nodes[i] for i in (*arguments, -1, -1)[:2]) if arguments else (None, None)
        if first and second and len(arguments) == 2 and first.kind == second.kind == "number":
            remedy += f" For a decimal write {first.text}.{second.text}."
        self.fail(remedy, function.start, close.end)

    def refuse_product(self, left: int) -> None:
        """Refuse an operand right after another one, and say how the product is written."""
        token, last = self.token, self.tokens[self.place - 1]
        if token.kind not in ("number", "name") and token.text != "(":
            return
        if token.kind == last.kind == "number":
            joined = last.end == token.start
            remedy = "a number has one decimal point." if joined else "write an operator between the numbers."
            self.fail(remedy, last.start, token.end)
        start, end = self.nodes[left].start, self.nodes[left].end
        before = self.text[start:end] if end - start <= 16 else "(...)"
        after = f"{token.text}...)" if token.text == "(" else token.text
        after += "(...)" if after in FUNCTIONS else ""
        self.fail(f"write the product as {before}*{after}.", start, token.end)

    def refuse_missing(self, token: Token) -> NoReturn:
        """Say what lacks a value."""
        before = self.tokens[self.place - 2] if self.place > 1 else None
        if token.kind == "end" or token.text in (")", ","):
            if before is not None and before.text not in ("(", ")", ","):
                self.fail(f"'{before.text}' needs a value on its right.", before.start, before.end)
            if token.text == ")" and (before is None or before.text == ")"):
                self.fail("')' closes nothing; add '(' before it or remove it.", token.start, token.end)
            if before is not None and token.kind == "end":
                self.fail(f"the formula ends after '{before.text}'; write what follows.", before.start, before.end)
            self.fail(f"write a value before '{token.text}'.", token.start, token.end)
        self.fail(f"'{token.text}' needs a value on its left.", token.start, token.end)

    def refuse_rest(self, token: Token) -> NoReturn:
        """Say why a comma or a closing parenthesis cannot stand here."""
        if token.text == ")":
            self.fail("')' closes nothing; add '(' before it or remove it.", token.start, token.end)
        before, after = self.tokens[self.place - 1], self.tokens[self.place + 1]
        if before.kind == after.kind == "number":
            self.fail(f"write the decimal with a point: {before.text}.{after.text}.", before.start, after.end)
        self.fail("a comma only separates the arguments of a function.", token.start, token.end)

    def refuse_name(self, token: Token) -> NoReturn:
        """Name what the unknown name may have meant, and the names that may be used."""
        called = self.token.text == "("
        known = [*FUNCTIONS] if called else [*self.names, *CONSTANTS, *FUNCTIONS]
        hint = _suggestion(token.text, known, self.names)
        kind = "functions are" if called else "names that may be used are"
        names = ", ".join(known if called else known[: -len(FUNCTIONS)])
        self.fail(f"unknown name {quoted(token.text)}{hint} The {kind} {names}.", token.start, token.end)


def _suggestion(name: str, known: list[str], variables: tuple[str, ...]) -> str:
    """Return `; did you mean ...?` for a misspelt name or a product without its sign, else a full stop."""
    if len(name) <= 16:
        close = get_close_matches(name.lower(), known, n=1, cutoff=0.65)
        letters = [*name]
        if len(letters) > 1 and all(letter in (*variables, *CONSTANTS) for letter in letters):
            return f"; did you mean the product {'*'.join(letters)}?"
        if close:
            return f"; did you mean {close[0]}?"
    return "."
