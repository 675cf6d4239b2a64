"""Declare, validate, register and describe an entry: a problem, an optimizer or a schedule.

An entry is a frozen dataclass. Subclassing registers it under its kind and its class name; its hyper-parameters are
fields that carry their own range and explanation, and from these the menus, the sliders, the address, the reference
and the tests are made.
"""

from lrviz.catalog.entries import E_, Entry, Twin, default_of, description, hypers, isolated, lookup, plain, registered
from lrviz.catalog.fields import (
    SEPARATOR,
    Hyper,
    Milestones,
    Number,
    Numbers,
    Scale,
    Text,
    Whole,
    declared,
    hyper,
    step_list,
    whole,
)
from lrviz.catalog.nesting import Nested, depth, nested, parts
from lrviz.catalog.numbers import DIGITS, EXACT, Array, finite, read_number, short, show_number, shown_value
from lrviz.catalog.scales import placed, spaced, unplaced
from lrviz.catalog.stacks import batch_key, column, stack

__all__ = [
    "DIGITS",
    "EXACT",
    "E_",
    "SEPARATOR",
    "Array",
    "Entry",
    "Hyper",
    "Milestones",
    "Nested",
    "Number",
    "Numbers",
    "Scale",
    "Text",
    "Twin",
    "Whole",
    "batch_key",
    "column",
    "declared",
    "default_of",
    "depth",
    "description",
    "finite",
    "hyper",
    "hypers",
    "isolated",
    "lookup",
    "nested",
    "parts",
    "placed",
    "plain",
    "read_number",
    "registered",
    "short",
    "show_number",
    "shown_value",
    "spaced",
    "stack",
    "step_list",
    "unplaced",
    "whole",
]
