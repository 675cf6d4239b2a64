"""Text to syntax tree: a small Pratt parser that bounds length, nodes and depth, and says what to write instead.

A product may go without its sign (`2x`, `3sin(x)`), a function of one argument without parentheses (`sin 2x`), an
absolute value stands between bars. What can be read in two ways is refused with both.

The tree is a flat tuple of nodes, children before parents, so that nothing that walks it needs recursion.
"""

from __future__ import annotations

from math import isinf
from typing import Final, NoReturn

from lrviz.formula.bars import CLOSED, MOST_WAYS, OPENED, paired, with_calls
from lrviz.formula.error import FormulaError
from lrviz.formula.refusals import left_over, missing, said, unknown_name, wrong_count
from lrviz.formula.tokens import CONSTANTS, FUNCTIONS, ROOT, Token, tokens_of
from lrviz.formula.tree import Kind, Node, Tree

MAX_CHARACTERS: Final = 500
MAX_NODES: Final = 400
MAX_DEPTH: Final = 60

# How tightly an operator holds its operands; a sign stands between the product and the power: -x^2 = -(x^2).
BINDING: Final = {"+": 10, "-": 10, "*": 20, "/": 20, "^": 40}
PRODUCT: Final = 20
SIGN_BINDING: Final = 30
# What may carry its power before its argument, as in sin^2(x); one of -1 is an inverse to half of the readers.
RAISED: Final = frozenset({"sin", "cos", "tan", "sinh", "cosh", "tanh", "log", "ln", "log10", "log2"})


def parse(text: str, names: tuple[str, ...], offered: str = "") -> Tree:
    """Parse `text`, in which `names` are the variables and parameters; `offered` is how a refusal lists them.

    Raises: FormulaError for anything that is not a formula within the limits, and for what can be read in two ways.
    """
    if len(text) > MAX_CHARACTERS:
        remedy = f"a formula has at most {MAX_CHARACTERS} characters, this has {len(text)}; shorten it."
        raise FormulaError(remedy, text, MAX_CHARACTERS, len(text))
    tokens = tokens_of(text, names)
    if len(tokens) == 1:
        raise FormulaError("the formula is empty; write for example x^2.", text, 0, len(text))
    offered = offered or ", ".join([*names, *CONSTANTS])
    if not any(token.text == "|" for token in tokens):
        return _Parser(text, names, offered, tokens).tree()
    return _the_only(text, [_Parser(text, names, offered, way) for way in paired(tokens)])


def _the_only(text: str, parsers: list[_Parser]) -> Tree:
    """Return the tree of the one way to pair the bars; refuse a text without one, and one with two."""
    found: dict[tuple[object, ...], tuple[Tree, list[Token]]] = {}
    refusals = []
    for parser in parsers[:MOST_WAYS]:
        try:
            tree = parser.tree()
            found.setdefault(tuple(node[:3] for node in tree.nodes), (tree, parser.tokens))
        except FormulaError as refusal:
            refusals.append(refusal)
    if not found:
        raise next((refusal for refusal in refusals if refusal.readings), refusals[0])
    if len(found) == 1 and len(parsers) <= MOST_WAYS:
        return next(iter(found.values()))[0]
    readings = tuple(with_calls(text, tokens) for _, tokens in [*found.values()][:2])
    bars = [i for i, character in enumerate(text) if character in "|\u2223\uff5c"]
    remedy = f"the bars can be paired in two ways: {' or '.join(map(said, readings))}; write the one you mean."
    raise FormulaError(remedy, text, bars[0], bars[-1] + 1, readings)


class _Parser:
    """The state of one parse: tokens, the place in them, the nodes so far, the depth."""

    def __init__(self, text: str, names: tuple[str, ...], offered: str, tokens: list[Token]) -> None:
        self.text = text
        self.names = names
        self.offered = offered
        self.tokens = tokens
        self.place = 0
        self.depth = 0
        self.nodes: list[Node] = []

    def tree(self) -> Tree:
        """Parse the whole text."""
        self.expression(0)
        if self.token.kind != "end":
            self.refuse_rest(self.token)
        return Tree(self.text, tuple(self.nodes))

    @property
    def token(self) -> Token:
        """Return the next token."""
        return self.tokens[self.place]

    @property
    def last(self) -> Token:
        """Return the token that was taken last."""
        return self.tokens[self.place - 1]

    def take(self) -> Token:
        """Move past the next token and return it."""
        token = self.tokens[self.place]
        self.place += 1
        return token

    def fail(self, remedy: str, start: int, end: int, readings: tuple[str, ...] = ()) -> NoReturn:
        """Raise the error of this text."""
        raise FormulaError(remedy, self.text, start, end, readings)

    def either(self, start: int, end: int, *pieces: str, why: str = "this can mean") -> NoReturn:
        """Refuse a part of the text that can be read as each of the pieces."""
        readings = tuple(self.text[:start] + piece + self.text[end:] for piece in pieces)
        which = "; write the one you mean." if len(pieces) > 1 else "."
        self.fail(f"{why} {' or '.join(map(said, pieces))}{which}", start, end, readings)

    def enter(self, token: Token) -> None:
        """Go one level deeper: a parenthesis, a sign, an exponent or an argument."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"at most {MAX_DEPTH} levels may be nested; simplify the formula.", token.start, token.end)

    def node(self, kind: Kind, text: str, arguments: tuple[int, ...], start: int, end: int) -> int:
        """Append a node and return its index."""
        if len(self.nodes) == MAX_NODES:
            self.fail(f"a formula has at most {MAX_NODES} numbers, names and operations; shorten it.", start, end)
        self.nodes.append(Node(kind, text, arguments, start, end))
        return len(self.nodes) - 1

    def join(self, name: str, left: int, right: int) -> int:
        """Append an operator on two nodes."""
        return self.node("operator", name, (left, right), self.nodes[left].start, self.nodes[right].end)

    def expression(self, binding: int) -> int:
        """Parse operands joined by operators that hold tighter than `binding`."""
        left = self.operand()
        while True:
            if self.begins and binding < PRODUCT:
                left = self.factor(left)
            elif BINDING.get(self.operator, 0) > binding:
                left = self.binary(left)
            else:
                return left

    @property
    def operator(self) -> str:
        """Return the next token, read as an operator."""
        return "^" if self.token.text == "**" or self.token.kind == "raised" else self.token.text

    @property
    def begins(self) -> bool:
        """Whether the next token begins a value."""
        return self.token.kind in ("number", "name") or self.token.text in ("(", ROOT, OPENED)

    def factor(self, left: int) -> int:
        """Parse what is multiplied without a sign between."""
        last, token = self.last, self.token
        if token.kind == "number":
            self.refuse_number(left, last, token)
        mantissa, _, exponent = last.text.lower().partition("e")
        if last.kind == "number" and exponent[:1] in ("+", "-"):
            self.either(last.start, last.end, f"({last.text})", f"{mantissa}*{last.text[len(mantissa) :]}")
        return self.join("*", left, self.expression(PRODUCT))

    def binary(self, left: int) -> int:
        """Parse the operator and its right operand; a power takes the next power along, as x^(y^z)."""
        name, token = self.operator, self.take()
        if token.kind == "raised":
            return self.join("^", left, self.raised(token))
        if name == "^":
            self.enter(token)
            first = self.token
            right = self.expression(BINDING[name] - 1)
            self.depth -= 1
            if self.begins and not (first.text == "(" and self.nodes[right].start == first.start):
                self.refuse_grouping(left, first)
        else:
            first = self.token
            right = self.expression(BINDING[name])
            if name == "/" and self.begins:
                self.refuse_grouping(left, first)
        return self.join(name, left, right)

    def raised(self, token: Token) -> int:
        """Build a power that was typed with raised digits."""
        self.check(token._replace(text=token.text.lstrip("-")))
        digits = self.node("number", token.text.lstrip("-"), (), token.start, token.end)
        return self.node("sign", "-", (digits,), token.start, token.end) if token.text[0] == "-" else digits

    def refuse_grouping(self, left: int, first: Token) -> NoReturn:
        """Refuse a quotient or a power that goes on without a sign: 1/2x, e^2x."""
        text, start, middle = self.text, self.nodes[left].start, self.last.end
        stop = self.rest_of_product()
        grouped = f"{text[start : first.start]}({text[first.start : stop]})"
        self.either(start, stop, f"({text[start:middle]}){text[middle:stop]}", grouped)

    def rest_of_product(self) -> int:
        """Take what still belongs to a product and return where it ends."""
        while self.begins or self.operator in ("*", "/", "^"):
            if self.token.kind == "raised":
                self.take()
            elif self.begins:
                self.expression(PRODUCT)
            else:
                tightness = BINDING[self.operator]
                self.take()
                self.expression(tightness - (tightness == BINDING["^"]))
        return self.last.end

    def operand(self) -> int:
        """Parse a number, a name, a call, a parenthesis or a signed operand."""
        token = self.take()
        if token.kind == "number":
            return self.number(token)
        if token.kind == "name":
            return self.name(token)
        if token.text in ("(", OPENED):
            return self.parenthesis(token)
        if token.text in ("+", "-"):
            return self.signed(token, SIGN_BINDING)
        if token.text == ROOT:
            return self.root(token)
        self.refuse_missing(token)

    def check(self, token: Token) -> None:
        """Refuse a number that is not finite."""
        if isinf(float(token.text)):
            self.fail("the number is too large; the largest is about 1.8e308.", token.start, token.end)

    def number(self, token: Token) -> int:
        """Accept a finite number."""
        self.check(token)
        return self.node("number", token.text, (), token.start, token.end)

    def signed(self, token: Token, binding: int) -> int:
        """Parse what a sign applies to."""
        self.enter(token)
        inner = self.expression(binding)
        self.depth -= 1
        return self.node("sign", token.text, (inner,), token.start, self.nodes[inner].end)

    def parenthesis(self, token: Token) -> int:
        """Parse up to the closing parenthesis or bar; the node then spans both."""
        self.enter(token)
        if self.token.text in (")", CLOSED):
            between = "parentheses" if token.text == "(" else "bars"
            self.fail(f"write something between the {between}.", token.start, self.token.end)
        inner = self.expression(0)
        close = self.close(token)
        if token.text == OPENED:
            return self.node("call", "abs", (inner,), token.start, close.end)
        self.nodes[inner] = self.nodes[inner]._replace(start=token.start, end=close.end)
        return inner

    def close(self, opened: Token) -> Token:
        """Take the closing parenthesis, or bar, of `opened`."""
        wanted = CLOSED if opened.text == OPENED else ")"
        if self.token.kind == "end":
            remedy = "'(' is never closed; add ')'." if wanted == ")" else "'|' is never closed; add '|'."
            self.fail(remedy, opened.start, opened.end)
        if self.token.text != wanted:
            self.refuse_rest(self.token)
        self.depth -= 1
        return self.take()

    def root(self, sign: Token) -> int:
        """Parse the one thing under a root's sign; more than one needs parentheses."""
        self.enter(sign)
        first = self.token
        if not self.begins:
            self.fail(f"write what is under the root in parentheses: {said(ROOT)}(...).", sign.start, first.end)
        inner = self.operand()
        self.depth -= 1
        if first.text not in ("(", OPENED) and (self.begins or self.operator == "^"):
            self.refuse_extent(ROOT, sign.start, first.start)
        return self.node("call", "sqrt", (inner,), sign.start, self.last.end)

    def name(self, token: Token) -> int:
        """Accept a variable, a parameter or a constant, or parse a call."""
        if token.text in FUNCTIONS:
            return self.call(token)
        if token.text not in self.names and token.text not in CONSTANTS:
            raise unknown_name(self.text, token, self.names, self.offered, called=self.token.text == "(")
        return self.node("name", token.text, (), token.start, token.end)

    def call(self, function: Token) -> int:
        """Parse the power of a function, if there is one, and its arguments."""
        name, exponent, first = function.text, self.power_before(function), self.token
        if first.text == "(":
            arguments = self.arguments(function)
        elif FUNCTIONS[name] == 1 and (self.begins or first.text in ("+", "-")):
            arguments = (self.bare(function),)
        else:
            self.fail(f"write the argument in parentheses: {name}(...).", function.start, first.end)
        called = self.node("call", name, arguments, function.start, self.last.end)
        if exponent is None:
            return called
        if exponent.text.startswith("-") or name not in RAISED:
            self.refuse_power(function, exponent, self.text[first.start : self.last.end])
        power = self.node("number", exponent.text, (), exponent.start, exponent.end)
        return self.node("operator", "^", (called, power), function.start, self.last.end)

    def power_before(self, function: Token) -> Token | None:
        """Take the whole power between a function and its argument: sin^2(x)."""
        first = self.token
        if self.operator != "^":
            return None
        self.take()
        if first.kind == "raised":
            return first
        closed = self.token.text == "("
        texts = [self.take().text for _ in range(closed)]
        texts += [self.take().text for _ in range(self.token.text == "-")]
        texts += [self.take().text for _ in range(self.token.kind == "number")]
        texts += [self.take().text for _ in range(closed and self.token.text == ")")]
        power = "".join(texts).strip("()")
        if not power.removeprefix("-").isdecimal() or closed != (texts[-1] == ")"):
            self.fail(f"write the power after the argument: {function.text}(...)^2.", function.start, first.end)
        return Token("raised", power, first.start, self.last.end)

    def refuse_power(self, function: Token, exponent: Token, argument: str) -> NoReturn:
        """Refuse a power before the argument that is not a plain one: sin^-1(x) is asin to some, 1/sin to others."""
        argument = argument if argument.startswith("(") else f"({argument})"
        power = exponent.text if exponent.text.isdecimal() else f"({exponent.text})"
        inverse = [f"a{function.text}{argument}"] if exponent.text == "-1" and f"a{function.text}" in FUNCTIONS else []
        why = "this can mean" if inverse else "the power stands behind the argument, as in"
        self.either(function.start, self.last.end, *inverse, f"{function.text}{argument}^{power}", why=why)

    def arguments(self, function: Token) -> tuple[int, ...]:
        """Parse the arguments in parentheses and check how many there are."""
        start, opened = self.place - 1, self.take()
        self.enter(opened)
        found = [] if self.token.text == ")" else [self.expression(0)]
        while found and self.token.text == ",":
            self.take()
            found.append(self.expression(0))
        self.close(opened)
        if len(found) != FUNCTIONS[function.text]:
            raise wrong_count(self.text, function, self.tokens[start : self.place], len(found))
        return tuple(found)

    def bare(self, function: Token) -> int:
        """Parse an argument without parentheses: `x`, `-x`, `2x`, `2 pi x`; what goes on may belong to it or not."""
        first = self.token
        self.enter(first)
        sign = self.take() if first.text in ("+", "-") else None
        inner = self.bare_product()
        if sign is not None:
            inner = self.node("sign", sign.text, (inner,), sign.start, self.last.end)
        self.depth -= 1
        if self.begins or self.operator in ("*", "/", "^"):
            self.refuse_extent(self.text[function.start : first.start].rstrip(), function.start, first.start)
        return inner

    def bare_product(self) -> int:
        """Parse numbers and constants, and one other thing behind them."""
        left: int | None = None
        while self.begins and (left is None or not (self.token.kind == "number" or self.token.text == "(")):
            constant = self.token.kind == "number" or self.token.text in CONSTANTS
            right = self.operand()
            left = right if left is None else self.join("*", left, right)
            if not constant:
                break
        if left is None:
            self.refuse_missing(self.take())
        return left

    def refuse_extent(self, prefix: str, start: int, first: int) -> NoReturn:
        """Refuse a root or a function without parentheses that does not say how far it reaches: sin x y."""
        text, middle = self.text, self.last.end
        stop = self.rest_of_product()
        shorter = f"{prefix}({text[first:middle]}){text[middle:stop]}"
        self.either(start, stop, shorter, f"{prefix}({text[first:stop]})")

    def refuse_number(self, left: int, last: Token, token: Token) -> NoReturn:
        """Refuse a number behind a value: x 2 may be x*2 or x^2."""
        if last.kind == "number":
            joined = last.end == token.start
            remedy = "a number has one decimal point." if joined else "write an operator between the numbers."
            self.fail(remedy, last.start, token.end)
        start, number = self.nodes[left].start, self.text[token.start : token.end]
        self.either(start, token.end, *(f"{self.text[start : last.end]}{sign}{number}" for sign in "*^"))

    def refuse_missing(self, token: Token) -> NoReturn:
        """Say what lacks a value."""
        raise missing(self.text, self.tokens[self.place - 2] if self.place > 1 else None, token)

    def refuse_rest(self, token: Token) -> NoReturn:
        """Say why a comma, a bar or a closing parenthesis cannot stand here."""
        raise left_over(self.text, self.last, token, self.tokens[min(self.place + 1, len(self.tokens) - 1)])
