"""What three libraries do with the losses of a range test, transcribed line by line from their sources.

fastai 2.8.12 (callback/schedule.py, learner.py), pytorch-lightning 2.6.6 and 2.5.2 (tuner/lr_finder.py) and
torch-lr-finder 0.2.2 (lr_finder.py). Tensors are NumPy arrays here, in double precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

Array = np.ndarray


def fastai(lrs: Array, raw: Array, rule: Callable[[Array, Array], float]) -> float | None:
    num_it = len(raw)
    losses: list[float] = []
    val, beta, best_loss = 0.0, 0.98, math.inf
    for count, loss in enumerate(raw.tolist(), 1):
        val = val - (val - loss) * (1 - beta)  # torch.lerp(loss, val, beta), whose weight is above one half
        smooth_loss = val / (1 - beta**count)
        losses.append(smooth_loss)
        best_loss = min(best_loss, smooth_loss)
        if smooth_loss > 4 * best_loss:
            break
    seen_lrs, seen = lrs[: len(losses)][num_it // 10 : -5], np.array(losses)[num_it // 10 : -5]
    nan_idxs = np.flatnonzero(np.isnan(seen))
    if len(nan_idxs) > 0:
        seen_lrs, seen = seen_lrs[: nan_idxs[0]], seen[: nan_idxs[0]]
    try:
        return rule(seen_lrs, seen)
    except (IndexError, ValueError):
        return None


def steep(lrs: Array, losses: Array) -> float:
    grads = (losses[1:] - losses[:-1]) / (np.log(lrs[1:]) - np.log(lrs[:-1]))
    return float(lrs[grads.argmin()])


def minimum(lrs: Array, losses: Array) -> float:
    return float(lrs[losses.argmin()]) / 10


def valley(lrs: Array, losses: Array) -> float:
    n = len(losses)
    max_start, max_end = 0, 0
    lds = [1] * n
    for i in range(1, n):
        for j in range(i):
            if (losses[i] < losses[j]) and (lds[i] < lds[j] + 1):
                lds[i] = lds[j] + 1
            if lds[max_end] < lds[i]:
                max_end = i
                max_start = max_end - lds[max_end]
    sections = (max_end - max_start) / 3
    return float(lrs[max_start + int(sections) + int(sections / 2)])


def slide(lrs: Array, losses: Array) -> float:
    loss_grad = np.gradient(losses)
    r_idx = -1
    l_idx = r_idx - 15
    local_min_lr = lrs[l_idx]
    while (l_idx >= -len(losses)) and (abs(loss_grad[r_idx] - loss_grad[l_idx]) > 0.005):
        local_min_lr = lrs[l_idx]
        r_idx -= 1
        l_idx -= 1
    return float(local_min_lr)


def lightning(lrs: Array, raw: Array, *, per_rate: bool) -> float | None:
    losses: list[float] = []
    beta, avg_loss, best_loss = 0.98, 0.0, 0.0
    for current_step, current_loss in enumerate(raw.tolist(), 1):
        avg_loss = beta * avg_loss + (1 - beta) * current_loss
        smoothed_loss = avg_loss / (1 - beta ** (current_step + 1))
        stop = current_step > 1 and smoothed_loss > 4.0 * best_loss
        if smoothed_loss < best_loss or current_step == 1:
            best_loss = smoothed_loss
        losses.append(smoothed_loss)
        if stop:
            break
    seen_lrs, seen = lrs[: len(losses)][10:-1], np.array(losses)[10:-1]
    is_finite = np.isfinite(seen)
    seen_lrs, seen = seen_lrs[is_finite], seen[is_finite]
    if len(seen) < 2:
        return None
    gradients = np.gradient(seen, seen_lrs) if per_rate else np.gradient(seen)
    return float(seen_lrs[gradients.argmin()])


def torch_lr_finder(lrs: Array, raw: Array) -> float | None:
    history: list[float] = []
    best_loss = math.nan
    for iteration, new in enumerate(raw.tolist()):
        loss = new
        if iteration == 0:
            best_loss = loss
        else:
            loss = 0.05 * loss + (1 - 0.05) * history[-1]
            best_loss = min(best_loss, loss)
        history.append(loss)
        if loss > 5 * best_loss:
            break
    if len(history) < 10 + 5 + 2:
        return None
    losses = np.array(history)[10:-5]
    return float(lrs[: len(history)][10:-5][np.gradient(losses).argmin()])


RULES: dict[str, Callable[[Array, Array], float | None]] = {
    "steep": lambda lrs, raw: fastai(lrs, raw, steep),
    "minimum": lambda lrs, raw: fastai(lrs, raw, minimum),
    "valley": lambda lrs, raw: fastai(lrs, raw, valley),
    "slide": lambda lrs, raw: fastai(lrs, raw, slide),
    "lightning": lambda lrs, raw: lightning(lrs, raw, per_rate=True),
    "lightning_before": lambda lrs, raw: lightning(lrs, raw, per_rate=False),
    "torch_lr_finder": torch_lr_finder,
}
