"""A schedule typed as a formula."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from lrviz.catalog import Array, Text, declared
from lrviz.formula import Compiled, compile_formula
from lrviz.schedules.schedule import Schedule


class StepFormula(Schedule):
    r"""The rate's factor as a formula of the step $n$, from 0, and the run's length $N$: $g(n, N)$.

    For example `0.5^(n/50)` or `max(1 - n/N, 0.1)`; PyTorch: `LambdaLR`,
    https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LambdaLR.html. A factor that is not finite
    ends the run. Raises `FormulaError` where the text is no formula.
    """

    label = "Formula"
    family = "Formula"
    summary = "Your own curve, typed as a formula of n and N."
    formula: str = declared(
        Text("The factor on the rate, in n (the step, from 0) and N (the run's length).", variables=("n", "N")),
        "1 - n/N",
    )

    def __post_init__(self) -> None:
        """Check the text and read it as a formula."""
        super().__post_init__()
        _ = self.compiled

    @cached_property
    def compiled(self) -> Compiled:
        """The formula's programs."""
        return compile_formula(self.formula, ("n", "N"))

    @property
    def latex(self) -> str:
        """The formula, for typesetting."""
        return self.compiled.latex

    def factor(self, n: Array, length: Array) -> Array:
        """Return the formula's values."""
        steps, lengths = np.broadcast_arrays(n, length)
        return np.array(np.broadcast_to(self.compiled.value(np.stack([steps, lengths])), steps.shape))
