"""Record what PyTorch's optimizers and schedulers do: `python -m tests.reference.record_torch`."""

import numpy as np

from lrviz.problems import Rosenbrock
from lrviz.scenes import default_rate
from tests.reference import torch_paths
from tests.reference.cases import CASES
from tests.reference.record import record_optimizers, write
from tests.reference.schedule_cases import TORCH
from tests.reference.schedule_curves import torch_curve

if __name__ == "__main__":
    numbers = record_optimizers("torch", torch_paths.open_loop)
    for name, ((rule, _), *_) in CASES.items():
        if rule.torch is not None:
            lr = default_rate(Rosenbrock(), rule)
            numbers[f"{name}/closed"] = torch_paths.closed_loop(rule, lr)
            numbers[f"{name}/closed lr"] = np.array(lr)
    numbers |= {f"schedule/{name}": torch_curve(name) for name in TORCH}
    write("torch", numbers, "torch", "numpy")
