"""Time formula gradients against hand-written NumPy: `python -m tests.benchmarks.formula`.

The minimum over interleaved repeats, so that a noisy machine disturbs both sides alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

import numpy as np
import numpy.typing as npt

from lrviz.formula.compiled import Compiled
from tests.benchmarks.table import Row

Array = npt.NDArray[np.float64]

TEXTS = {
    "rosenbrock": "(1-x)^2 + 100*(y-x^2)^2",
    "beale": "(1.5-x+x*y)^2 + (2.25-x+x*y^2)^2 + (2.625-x+x*y^3)^2",
    "himmelblau": "(x^2+y-11)^2 + (x+y^2-7)^2",
    "ackley": "-20*exp(-0.2*sqrt((x^2+y^2)/2)) - exp((cos(2*pi*x)+cos(2*pi*y))/2) + e + 20",
}


def rows(first: Array, second: Array) -> Array:
    """Join two components; np.stack takes longer."""
    result = np.empty((2, *first.shape))
    result[0], result[1] = first, second
    return result


def rosenbrock(w: Array) -> Array:
    """Gradient by hand."""
    x, y = w
    d = 200.0 * (y - x * x)
    return rows(2.0 * (x - 1.0) - 2.0 * x * d, d)


def beale(w: Array) -> Array:
    """Gradient by hand."""
    x, y = w
    y2 = y * y
    y3 = y2 * y
    a, b, c = y - 1.0, y2 - 1.0, y3 - 1.0
    p, q, r = 1.5 + x * a, 2.25 + x * b, 2.625 + x * c
    return rows(2.0 * (p * a + q * b + r * c), 2.0 * x * (p + 2.0 * y * q + 3.0 * y2 * r))


def himmelblau(w: Array) -> Array:
    """Gradient by hand."""
    x, y = w
    a, b = x * x + y - 11.0, x + y * y - 7.0
    return rows(4.0 * x * a + 2.0 * b, 2.0 * a + 4.0 * y * b)


def ackley(w: Array) -> Array:
    """Gradient by hand, 0 at the minimum."""
    x, y = w
    s = np.sqrt(0.5 * (x * x + y * y))
    safe = np.where(s == 0.0, np.inf, s)
    radial = 2.0 * np.exp(-0.2 * s) / safe
    u, v = 2.0 * np.pi * x, 2.0 * np.pi * y
    wave = np.pi * np.exp(0.5 * (np.cos(u) + np.cos(v)))
    return rows(radial * x + wave * np.sin(u), radial * y + wave * np.sin(v))


HAND: dict[str, Callable[[Array], Array]] = {
    "rosenbrock": rosenbrock,
    "beale": beale,
    "himmelblau": himmelblau,
    "ackley": ackley,
}


def seconds(function: Callable[[Array], Array], w: Array, calls: int) -> float:
    """Time one call, averaged over a short burst."""
    start = perf_counter()
    for _ in range(calls):
        function(w)
    return (perf_counter() - start) / calls


def ratio(name: str, points: int, repeats: int = 60) -> tuple[float, float, float]:
    """Return seconds by formula, seconds by hand, and their ratio."""
    positions = [np.random.default_rng(i).uniform(-3.0, 3.0, (2, points)) for i in range(2)]
    workspace = Compiled(TEXTS[name], ("x", "y"), ()).workspace((points,))
    np.testing.assert_allclose(workspace.gradient(positions[0]), HAND[name](positions[0]), rtol=1e-9, atol=1e-9)

    def formula(w: Array) -> Array:
        # A loop of `w = w - step` passes a new array each time, which has to be bound anew.
        workspace.gradient(positions[1])
        return workspace.gradient(w)

    def hand(w: Array) -> Array:
        HAND[name](positions[1])
        return HAND[name](w)

    calls = 3 if points > 1000 else 100
    pairs = [(seconds(formula, positions[0], calls), seconds(hand, positions[0], calls)) for _ in range(repeats)]
    ours, theirs = (min(column) / 2 for column in zip(*pairs, strict=True))
    return ours, theirs, ours / theirs


def compile_milliseconds(name: str, repeats: int = 30) -> float:
    """Time text to value, gradient and Hessian programs."""
    best = np.inf
    for _ in range(repeats):
        start = perf_counter()
        compiled = Compiled(TEXTS[name], ("x", "y"), ())
        for quantity in ("value", "gradient", "hessian"):
            compiled.evaluation(quantity, (4,))
        best = min(best, perf_counter() - start)
    return float(best) * 1e3


def gradient_rows() -> Iterator[Row]:
    """Yield the rows of the common table: 8,192 points."""
    with np.errstate(all="ignore"):
        for name in TEXTS:
            ours, theirs, _ = ratio(name, 8192)
            yield Row(f"gradient of {name}, 8,192 points", "us", ours * 1e6, theirs * 1e6, round(1 / 1.3, 2))


def main() -> None:
    """Print the table."""
    print(f"{'surface':12}{'points':>8}{'formula us':>12}{'by hand us':>12}{'ratio':>8}{'compile ms':>12}")
    for name in TEXTS:
        for points in (8192, 4):
            ours, theirs, quotient = ratio(name, points)
            compiling = f"{compile_milliseconds(name):12.2f}" if points == 4 else ""
            print(f"{name:12}{points:8}{ours * 1e6:12.1f}{theirs * 1e6:12.1f}{quotient:8.2f}{compiling}")


if __name__ == "__main__":
    with np.errstate(all="ignore"):
        main()
