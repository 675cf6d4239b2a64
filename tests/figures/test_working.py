"""The step in numbers: from what is shown, an update can be worked out by hand."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrviz import Run, Scene
from lrviz.catalog import registered
from lrviz.figures.paths import shown_buffers
from lrviz.figures.working import working
from lrviz.optimizers import SGD, Adam, AdamW, Momentum, Optimizer
from lrviz.optimizers.options import ClipNorm, DecoupledWeightDecay, WeightDecay
from lrviz.problems import Beale, Bowl, Quadratic1D, Ravine
from lrviz.schedules import Cosine, OneCycle
from lrviz.simulation import Result

DIGITS = 5
STATED = [rule for rule in registered("optimizer").values() if issubclass(rule, Optimizer) and rule.direction]


def by_hand(text: str, values: dict[str, float]) -> float:
    """Work out an arithmetic text as a reader with a pocket calculator would."""
    names = sorted(values, key=len, reverse=True)
    tokens = re.findall("|".join([*map(re.escape, names), r"sign|[-+·/()√]"]), text)
    assert re.sub(r"\s", "", text) == "".join(tokens), f"{text!r} names what is not shown: {sorted(values)}"
    python = {"·": "*", "√": "root@", "sign": "sign"}
    code = " ".join(f"({values[token]!r})" if token in values else python.get(token, token) for token in tokens)
    code = code.replace("root@ ", "root @ ")

    class Root:
        def __matmul__(self, other: float) -> float:
            return float(np.sqrt(other))

    return float(eval(code, {"__builtins__": {}}, {"root": Root(), "sign": np.sign}))


def shown(value: float) -> float:
    """Return a number as the page writes it."""
    return float(f"{value:.{DIGITS}g}")


def assert_every_step_can_be_worked_out(result: Result) -> None:
    parts, buffers = working(result, 0), shown_buffers(result, 0)
    gradients, lr = result.gradients[:, :, 0], result.lr[:, 0]
    moves = result.points[:-1, :, 0] - result.points[1:, :, 0]
    worked = 0
    for n in range(result.steps):
        if not np.isfinite(moves[n]).all() or lr[n] == 0:
            continue
        for k in range(moves.shape[1]):
            columns = {"g": gradients[n], **{name: kept[n + 1] for name, kept in buffers.items()}}
            columns |= {name: value[n] for name, value in parts.values.items()}
            values = {name: shown(row[0] if np.isnan(row[k]) else row[k]) for name, row in columns.items()}
            u = by_hand(parts.direction, values)
            size = max(abs(moves[n, k]), 1e-3 * np.abs(moves[n]).max(), 1e-9)
            assert abs(shown(lr[n]) * u - moves[n, k]) <= 3e-3 * size, (n, k, parts.direction, values)
            worked += 1
    assert worked > 0


def simulated(run: Run, problem: object = None, steps: int = 30, **how: float) -> Result:
    return Scene(problem or Ravine(), (run,), steps=steps, **how).simulate("states")  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", STATED, ids=lambda rule: rule.name)
def test_the_displacement_is_the_rate_times_what_is_said(rule: type[Optimizer]) -> None:
    for problem in (Ravine(), Beale(), Quadratic1D()):
        lr = {"curvature": 0.005, "length": 0.05, "none": 1.0}[rule.unit]
        assert_every_step_can_be_worked_out(simulated(Run(rule(), lr), problem))


@settings(max_examples=40, deadline=None)
@given(
    rule=st.sampled_from(STATED),
    lr=st.floats(1e-5, 0.02),
    noise=st.sampled_from([0.0, 0.3]),
    schedule=st.sampled_from([None, Cosine(), OneCycle()]),
    decay=st.sampled_from([None, WeightDecay(rate=0.1), DecoupledWeightDecay(rate=0.1), ClipNorm(limit=0.5)]),
)
def test_it_holds_under_noise_schedules_and_options(rule, lr, noise, schedule, decay) -> None:  # noqa: ANN001
    options = () if decay is None or decay.takes in rule.owns else (decay,)
    run = Run(rule(), lr, schedule, options=options) if schedule else Run(rule(), lr, options=options)
    assert_every_step_can_be_worked_out(simulated(run, noise=noise, seed=3))


def test_adam_shows_both_corrected_moments() -> None:
    result = simulated(Run(Adam(), 0.1))
    values = working(result, 0).values
    m, v = (result.states[0][name][1:] for name in "mv")
    t = np.arange(1, 31)[:, None]
    np.testing.assert_allclose(values["m\u0302"], m / (1 - 0.9**t), rtol=1e-12)
    np.testing.assert_allclose(values["v\u0302"], v / (1 - 0.999**t), rtol=1e-12)
    assert values["ε"][0, 0] == 1e-8
    assert np.isnan(values["ε"][0, 1])


def test_the_common_rules_say_how_their_direction_is_made() -> None:
    assert {SGD, Momentum, Adam, AdamW} <= set(STATED)
    assert len(STATED) >= 14


def test_a_rule_that_says_nothing_shows_nothing_more() -> None:
    silent = registered("optimizer")["BFGS"]
    assert working(simulated(Run(silent(), 0.1), Bowl()), 0) == ({}, "")
