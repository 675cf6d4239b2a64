"""The syntax tree of a formula."""

from __future__ import annotations

from typing import Literal, NamedTuple

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
