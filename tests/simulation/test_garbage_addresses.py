"""Addresses that were cut, mixed and filled with garbage: never an exception, always at once."""

import numpy as np

from lrviz.scenes import read_address, write_address
from lrviz.scenes.examples import EXAMPLES
from lrviz.scenes.search import read_search
from tests.timing import within

TRIED = 4000
SEEDS = [
    *(write_address(example.scene, example.view) for example in EXAMPLES),
    "problem=Formula&problem.text=x^2%2B3*y^2&problem.domain=-2~2~-2~2&start=1,5~2&run1=SGD&run1.lr=0.1"
    "&run1.schedule=StepFormula&run1.schedule.formula=1-n/N",
    "run1=SGD&run1.schedule=MultiStep&run1.schedule.milestones=50~100&hide=1~2&opt1=Adam&opt1.b1=0.5&tol=1e-3&from=1e-4",
]
PIECES = [
    *("1,000", "9" * 400, "9" * 5000, "1e400", "1e-400", "nan", "inf", "-", "~", "~" * 50, "1~" * 3000, "0", "None"),
    *("%00", "%ff", "\u2212", "\u00b2", "%F0%9F%98%80", "&", "=", "x/0", "|x|", "2x", "1/2x", "(" * 70, "exp(exp(x))"),
    *(
        "SGD",
        "Formula",
        "StepFormula",
        "run1",
        "run8.lr=",
        "start=",
        "problem.text=",
        "problem.domain=",
        "run1.warmup=",
    ),
]


def mutated(rng: np.random.Generator) -> str:
    """Return an address with a few pieces replaced by garbage, or by pieces of its own."""
    text = SEEDS[rng.integers(len(SEEDS))]
    for _ in range(rng.integers(1, 5)):
        first = int(rng.integers(len(text) + 1))
        own = text[int(rng.integers(len(text) + 1)) :][: int(rng.integers(20))]
        piece = own if rng.random() < 0.3 else PIECES[rng.integers(len(PIECES))]
        text = text[:first] + piece + text[first + int(rng.integers(12)) :]
    return text


def test_a_mutated_address_is_read_at_once_and_what_is_read_of_it_can_be_written() -> None:
    rng = np.random.default_rng(0)
    for _ in range(TRIED):
        text = mutated(rng)
        with within(0.25, text):
            scene, view, notices = read_address(text)
            read_search(text)
        assert all(len(notice) <= 300 for notice in notices), notices
        assert read_address(write_address(scene, view)) == (scene, view, []), text
