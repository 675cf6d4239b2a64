"""The alternatives to maps: optax with vmap and scan, torch batched with autograd, both over rate and a decay.

Run by an interpreter that has them, which answers each line "library rule side" by a line with the seconds it took.
"""

from __future__ import annotations

import sys
from time import perf_counter

import numpy as np

STEPS = 500
START = (-1.2, 1.0)


def grid(rule: str, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the rates and the momenta of each run."""
    low, high = (1e-5, 1e-2) if rule == "momentum" else (1e-3, 1.0)
    rates, decays = np.meshgrid(np.geomspace(low, high, side), 1 - np.geomspace(1.0, 0.01, side))
    return rates.ravel(), decays.ravel()


def optax_seconds(rule: str, side: int) -> float:
    """Time all runs to the first result, compilation included, as for a visitor who changes surface or optimizer."""
    import jax
    import jax.numpy as jnp
    import optax

    jax.config.update("jax_enable_x64", True)
    jax.clear_caches()
    rates, decays = grid(rule, side)
    began = perf_counter()

    def loss(w: jax.Array) -> jax.Array:
        return (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2

    def run(lr: jax.Array, decay: jax.Array) -> jax.Array:
        method = optax.sgd(lr, momentum=decay) if rule == "momentum" else optax.adam(lr, b1=decay)

        def step(carry: tuple, _: None) -> tuple[tuple, None]:
            w, state = carry
            updates, state = method.update(jax.grad(loss)(w), state, w)
            return (optax.apply_updates(w, updates), state), None

        w = jnp.array(START)
        (w, _), _ = jax.lax.scan(step, (w, method.init(w)), None, length=STEPS)
        return loss(w)

    jax.jit(jax.vmap(run))(rates, decays).block_until_ready()
    return perf_counter() - began


def torch_seconds(rule: str, side: int) -> float:
    """Time all runs in one tensor; the rules written out, as torch's take one rate for all."""
    import torch

    rates, decays = (torch.tensor(values) for values in grid(rule, side))
    began = perf_counter()
    w = torch.tensor(START, dtype=torch.float64)[:, None].repeat(1, side * side).requires_grad_()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    for t in range(1, STEPS + 1):
        x, y = w
        ((1 - x) ** 2 + 100 * (y - x * x) ** 2).sum().backward()
        with torch.no_grad():
            if rule == "momentum":
                m = decays * m + w.grad
                w -= rates * m
            else:
                m.lerp_(w.grad, 1 - decays)
                v.mul_(0.999).addcmul_(w.grad, w.grad, value=0.001)
                w -= rates / (1 - decays**t) * m / (v.sqrt() / (1 - 0.999**t) ** 0.5 + 1e-8)
        w.grad = None
    return perf_counter() - began


if __name__ == "__main__":
    for line in sys.stdin:
        library, rule, side = line.split()
        print((optax_seconds if library == "optax" else torch_seconds)(rule, int(side)), flush=True)
