"""The alternative to the engine: Adam on Rosenbrock with torch, all runs in one parameter, by autograd.

Imported where torch is installed beside lrviz; else run by an interpreter that has torch, which answers each line with
a number of runs by a line with the seconds it took.
"""

from __future__ import annotations

import sys
from time import process_time

import torch

STEPS = 500


def seconds(runs: int) -> float:
    """Time all steps of `runs` runs from the usual start; processor time of one core."""
    torch.set_num_threads(1)
    began = process_time()
    w = torch.nn.Parameter(torch.tensor([[-1.2], [1.0]], dtype=torch.float64).repeat(1, runs))
    optimizer = torch.optim.Adam([w], lr=0.01)
    for _ in range(STEPS):
        optimizer.zero_grad()
        x, y = w
        loss = (1 - x) ** 2 + 100 * (y - x * x) ** 2
        loss.sum().backward()
        optimizer.step()
    return process_time() - began


if __name__ == "__main__":
    for line in sys.stdin:
        print(seconds(int(line)), flush=True)
