"""Record what PyTorch's optimizers and schedulers do: `python -m tests.reference.record_torch`."""

import numpy as np

from lrviz.problems import Rosenbrock
from lrviz.scenes import default_rate
from tests.reference import torch_paths
from tests.reference.cases import CASES
from tests.reference.record import record_optimizers, record_scheduled, record_schedules, write
from tests.reference.schedule_cases import RISES, SHORT, TORCH, rates
from tests.reference.schedule_curves import torch_curve, torch_one_cycle
from tests.reference.special import PLATEAUS, apart, ours, torch_path, torch_plateau
from tests.reference.special import TORCH as TORCH_SPECIAL

if __name__ == "__main__":
    special = {name: torch_path(case) for name, case in TORCH_SPECIAL.items()}
    looking = {"LBFGS": max(apart(ours(case), special[name]) for name, case in TORCH_SPECIAL.items())}
    numbers = record_optimizers("torch", torch_paths.open_loop, looking)
    numbers |= record_scheduled("torch", torch_paths.open_loop)
    numbers |= {f"special/{name}": path[::10] for name, path in special.items()}
    numbers |= {f"plateau/{i}": torch_plateau(schedule) for i, schedule in enumerate(PLATEAUS)}
    for name, ((rule, _), *_) in CASES.items():
        if rule.torch is not None:
            lr = default_rate(Rosenbrock(), rule)
            numbers[f"{name}/closed"] = torch_paths.closed_loop(rule, lr)
            numbers[f"{name}/closed lr"] = np.array(lr)
    curves = {name: (s, rates(s, warmup), torch_curve(name)) for name, (s, warmup, _) in TORCH.items()}
    numbers |= record_schedules("torch", curves)
    numbers |= {f"one-cycle/{length}/{rise}": torch_one_cycle(length, rise) for length in SHORT for rise in RISES}
    write("torch", numbers, "torch", "numpy")
