"""A simulation that is broken off, sent elsewhere and goes on: the same runs, to the same bits."""

import pickle
from concurrent.futures import CancelledError
from dataclasses import fields

import numpy as np
import pytest

from lrviz import Result, Run, simulate
from lrviz.catalog import registered
from lrviz.optimizers import SGD, Optimizer, Option
from lrviz.problems import Bowl, Formula, Himmelblau, Problem, Rosenbrock
from lrviz.schedules import Schedule
from lrviz.simulation import BLOCK, PLACES, Simulation, simulation

STEPS = 60
ROUNDING = {"rtol": 1e-9, "atol": 1e-12}
"""What the same run may differ by in another company: its numbers then stand elsewhere in their registers."""
PROBLEMS: list[Problem] = [Rosenbrock(), Himmelblau(), Formula("sin(x) + y^2/3"), Bowl()]


def drawn_runs(chance: np.random.Generator) -> list[Run]:
    """Eight runs of any optimizers, schedules, warm-ups and options."""
    return [drawn_run(chance) for _ in range(8)]


def drawn_run(chance: np.random.Generator) -> Run:
    optimizer, schedule = (registered(kind)[str(chance.choice(list(registered(kind))))]() for kind in KINDS)
    assert isinstance(optimizer, Optimizer)
    assert isinstance(schedule, Schedule)
    options: list[Option] = []
    for place in PLACES:
        known = [cls() for cls in registered("option").values() if issubclass(cls, Option) and cls.place == place]
        fitting = [option for option in known if option.takes not in optimizer.owns]
        if fitting and chance.random() < 0.3:
            options.append(fitting[int(chance.integers(len(fitting)))])
    lr = float(10 ** chance.uniform(-4, 0))
    return Run(optimizer, lr, schedule, int(chance.integers(0, 10)), options=tuple(options))


KINDS = ("optimizer", "schedule")


def begun(seed: int, keep: str = "states") -> Simulation:
    chance = np.random.default_rng(seed)
    problem, noise = PROBLEMS[seed % len(PROBLEMS)], float(chance.choice([0.0, 0.1]))
    return simulation(problem, drawn_runs(chance), steps=STEPS, noise=noise, seed=seed, keep=keep)  # type: ignore[arg-type]


def arrays_of(result: Result) -> dict[str, np.ndarray]:
    found = {field.name: getattr(result, field.name) for field in fields(result)}
    arrays = {name: value for name, value in found.items() if isinstance(value, np.ndarray)}
    for i, buffers in enumerate(result.states if result.keep == "states" else ()):
        arrays |= {f"{i}.{name}": np.asarray(buffer) for name, buffer in buffers.items()}
    return arrays


@pytest.mark.parametrize("keep", ["states", "all", "final"])
@pytest.mark.parametrize("seed", range(12))
def test_in_pieces_and_from_hand_to_hand_it_comes_to_the_same_bits(seed: int, keep: str) -> None:
    whole, pieces = begun(seed, keep), begun(seed, keep)
    whole.advance()
    chance = np.random.default_rng(seed)
    while not pieces.done:
        pieces.advance(to=min(pieces.step + int(chance.integers(1, 25)), STEPS))
        pieces = pickle.loads(pickle.dumps(pieces))
    expected = arrays_of(whole.result())
    assert len(expected) > 4
    for name, array in arrays_of(pieces.result()).items():
        np.testing.assert_array_equal(array, expected[name], err_msg=name)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_broken_off_is_the_beginning_of_the_whole(seed: int) -> None:
    whole, part = begun(seed), begun(seed)
    whole.advance()
    part.advance(to=23)
    found, expected = part.result(), whole.result()
    assert (found.steps, found.length, expected.length) == (23, STEPS, STEPS)
    for name in ("positions", "points", "loss", "grad_norm", "averages"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name)[:24], **ROUNDING, err_msg=name)
    for name in ("lr", "gradients", "effective_lr"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name)[:23], **ROUNDING, err_msg=name)
    short = begun(seed, "final")
    short.advance(to=23)
    for name in ("final", "best_loss", "diverged_at", "evaluations"):
        np.testing.assert_allclose(getattr(short.result(), name), getattr(found, name), **ROUNDING, err_msg=name)
    part.advance()
    np.testing.assert_array_equal(part.result().positions, expected.positions)


def test_the_effective_rates_of_what_was_broken_off_need_no_buffers() -> None:
    found = []
    for keep in ("all", "states"):
        part = begun(3, keep)
        part.advance(to=17)
        found.append(pickle.loads(pickle.dumps(part.result())).effective_lr)
    assert found[0].shape == (17, 2, 8)
    np.testing.assert_array_equal(*found)


def test_progress_rises_to_one_and_whoever_waits_no_longer_gets_what_is_there() -> None:
    shares: list[float] = []
    runs = [Run(SGD(), 1e-3)]
    whole = simulate(Rosenbrock(), runs, steps=400, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) > 20
    part = simulate(Rosenbrock(), runs, steps=400, progress=shares.append, cancelled=lambda: shares[-1] < 1)
    assert part.length == 400
    assert 1 <= part.steps <= 20
    np.testing.assert_allclose(part.loss, whole.loss[: part.steps + 1], **ROUNDING)


def test_more_runs_than_one_block_are_there_as_a_whole_or_not_at_all() -> None:
    runs = [Run(SGD(), 1e-3)] * (BLOCK + 1)
    asked = iter([False] * 2 + [True] * 100)
    with pytest.raises(CancelledError):
        simulate(Bowl(), runs, steps=20, keep="final", cancelled=lambda: next(asked))
    kept = simulate(Bowl(), runs, steps=20, keep="final", cancelled=lambda: False)
    assert kept.steps == kept.length == 20
    assert np.isfinite(kept.final).all()
