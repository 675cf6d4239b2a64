"""Rules that look at the problem, step by step beside the libraries, from one start on one surface."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lrviz import Run, simulate
from lrviz.catalog import Array
from lrviz.optimizers import BFGS, LBFGS, SAM, Adan, Armijo, NonlinearCG, Optimizer, Polyak
from lrviz.problems import Beale, Himmelblau, Problem, Ravine, Rosenbrock
from lrviz.schedules import ReduceOnPlateau
from tests.reference.series import STEPS

TORCH: dict[str, tuple[Problem, Optimizer, float, int, float]] = {
    "LBFGS/ravine": (Ravine(kappa=20.0), LBFGS(), 0.9, 40, 1e-13),
    "LBFGS/rosenbrock": (Rosenbrock(), LBFGS(), 0.5, 60, 1e-10),
    "LBFGS/short": (Rosenbrock(), LBFGS(history=2), 0.1, 60, 1e-9),
}
OPTAX: dict[str, tuple[Problem, Optimizer, float, int, float]] = {
    "Armijo/rosenbrock": (Rosenbrock(), Armijo(), 1.0, 40, 1e-12),
    "Armijo/other": (Rosenbrock(), Armijo(c1=0.1, shrink=0.5, grow=2.0), 0.5, 40, 1e-12),
    "Armijo/ravine": (Ravine(kappa=20.0), Armijo(), 1.0, 40, 1e-13),
    "Polyak/ravine": (Ravine(kappa=20.0), Polyak(f_min=-1.0), 0.1, 40, 1e-13),
    "Polyak/too high": (Ravine(kappa=20.0), Polyak(f_min=2.0), 0.1, 40, 1e-13),
    "Polyak/rosenbrock": (Rosenbrock(), Polyak(), 1.0, 30, 1e-9),
    "SAM/rosenbrock": (Rosenbrock(), SAM(rho=0.05), 1e-3, 50, 1e-12),
    "SAM/ravine": (Ravine(kappa=20.0), SAM(rho=0.5), 0.05, 50, 1e-12),
}
SCIPY: dict[str, tuple[Problem, Optimizer, str]] = {
    f"{method}/{problem.name}": (problem, rule, method)
    for method, rule in (("BFGS", BFGS()), ("CG", NonlinearCG()))
    for problem in (Rosenbrock(), Beale(), Himmelblau(), Ravine(kappa=50.0))
}
PLATEAUS = [
    ReduceOnPlateau(gamma=0.5, patience=5, cooldown=3),
    ReduceOnPlateau(gamma=0.1, patience=0, threshold=0.0),
    ReduceOnPlateau(gamma=0.3, patience=10, threshold=0.01, floor=0.05),
]


def ours(case: tuple[Problem, Optimizer, float, int, float]) -> Array:
    """Return our path `(steps + 1, 2)`."""
    problem, rule, lr, steps, _ = case
    return simulate(problem, [Run(rule, lr)], steps=steps).positions[:, :, 0]


def apart(path: Array, other: Array) -> float:
    """Return the largest difference relative to the size of the position, at least 1."""
    return float((np.abs(path - other) / np.maximum(np.abs(other), 1.0)).max())


def losses() -> Array:
    """Return losses `(300,)` that fall, rest, rise and fall again; above 0, where PyTorch's threshold is ours."""
    n = np.arange(STEPS)
    return 2 * np.exp(-n / 40) + 0.1 * np.sin(n / 3) + np.where(n > 200, 1.0, 2.0)


def our_plateau(schedule: ReduceOnPlateau) -> Array:
    """Return the factors of the 300 steps."""
    state, factors = schedule.begin(1), []
    for loss in losses():
        factors.append(state["factor"][0])
        state = schedule.observe(np.array([loss]), state)
    return np.array(factors)


def torch_plateau(schedule: ReduceOnPlateau, seen: Array | None = None) -> Array:
    """Return the factors of PyTorch's scheduler, whose step follows the optimizer's, over losses."""
    import torch

    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    arguments = {"factor": schedule.gamma, "patience": schedule.patience, "threshold": schedule.threshold}
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, **arguments, cooldown=schedule.cooldown, min_lr=schedule.floor, eps=0.0
    )
    factors = []
    for loss in losses() if seen is None else seen:
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(loss)
    return np.array(factors)


def torch_path(case: tuple[Problem, Optimizer, float, int, float]) -> Array:
    """Return the path of PyTorch's L-BFGS, one iteration a step, without its tolerances."""
    import torch

    problem, rule, lr, steps, _ = case
    assert isinstance(rule, LBFGS)
    parameter = torch.nn.Parameter(torch.tensor(problem.start, dtype=torch.float64))
    optimizer = torch.optim.LBFGS(
        [parameter], lr=lr, max_iter=1, history_size=rule.history, tolerance_grad=0.0, tolerance_change=0.0
    )

    def closure() -> float:
        parameter.grad = torch.tensor(problem.grad(parameter.detach().numpy()))
        return float(problem.loss(parameter.detach().numpy()))

    path = [parameter.detach().numpy().copy()]
    for _ in range(steps):
        optimizer.step(closure)
        path.append(parameter.detach().numpy().copy())
    return np.array(path)


def optax_path(name: str) -> Array:
    """Return the path of Optax's line search, Polyak step or SAM."""
    import jax
    import jax.numpy as jnp
    import optax

    jax.config.update("jax_enable_x64", True)
    problem, rule, lr, steps, _ = OPTAX[name]
    loss = _loss(problem)
    method = _method(optax, rule, lr)
    w = jnp.array(problem.start)
    state, path = method.init(w), [np.array(w)]
    for _ in range(steps):
        value, g = jax.value_and_grad(loss)(w)
        extra: dict[str, Any] = {"value": value}
        if isinstance(rule, Armijo):
            extra |= {"grad": g, "value_fn": loss}
        if isinstance(rule, SAM):
            extra = {"grad_fn": lambda where, _: jax.grad(loss)(where)}
        update, state = method.update(g, state, w, **extra)
        w = optax.apply_updates(w, update)
        path.append(np.array(w))
    return np.array(path)


def _method(optax: Any, rule: Optimizer, lr: float) -> Any:
    if isinstance(rule, Armijo):
        search = optax.scale_by_backtracking_linesearch(
            max_backtracking_steps=59, slope_rtol=rule.c1, decrease_factor=rule.shrink, increase_factor=rule.grow,
            max_learning_rate=lr,
        )  # fmt: skip
        return optax.chain(optax.sgd(1.0), search)
    if isinstance(rule, Polyak):
        return optax.polyak_sgd(max_learning_rate=lr, f_min=rule.f_min, variant="sps+")
    assert isinstance(rule, SAM)
    probe = optax.chain(optax.contrib.normalize(), optax.sgd(rule.rho))
    return optax.contrib.sam(optax.sgd(lr), probe, opaque_mode=True)


def _loss(problem: Problem) -> Callable[[Any], Any]:
    if isinstance(problem, Ravine):
        return lambda w: (w[0] ** 2 + problem.kappa * w[1] ** 2) / 2
    assert isinstance(problem, Rosenbrock)
    return lambda w: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2


def scipy_end(name: str) -> Array:
    """Return where SciPy's minimizer ends."""
    from scipy.optimize import minimize

    problem, _, method = SCIPY[name]
    return np.asarray(minimize(problem.loss, problem.start, jac=problem.grad, method=method, options={"gtol": 1e-9}).x)


class AdanOfOptax(Adan, abstract=True):
    """Adan with Optax's weight of the change, to compare everything else."""

    def weight(self) -> float:
        """Return 1 - b2."""
        return 1 - self.b2


ADAN = AdanOfOptax(b1=0.9, b2=0.7, b3=0.99, eps=1e-6)
