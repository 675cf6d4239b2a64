"""Which settings of which optimizer are compared: the defaults, and corners of the hyper-parameters."""

from lrviz.optimizers import (
    ASGD,
    SGD,
    AdaBelief,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    Adan,
    AMSGrad,
    CenteredRMSprop,
    DAdaptation,
    DoG,
    Lion,
    Momentum,
    NAdam,
    Nesterov,
    Optimizer,
    Prodigy,
    RAdam,
    RMSprop,
    Rprop,
    ScheduleFreeAdamW,
    ScheduleFreeSGD,
    SignSGD,
    Yogi,
)
from tests.reference.series import BEGUN, CYCLED, RESTING, Course

Case = tuple[Optimizer, float]

CASES: dict[str, list[Case]] = {
    "SGD": [(SGD(), 0.1), (SGD(), 1e-4), (SGD(), 3.0), (SGD(), 1e-2)],
    "Momentum": [(Momentum(momentum=m), lr) for m, lr in ((0.9, 0.01), (0.0, 0.1), (0.999, 1e-3), (0.5, 1.0))],
    "Nesterov": [(Nesterov(momentum=m), lr) for m, lr in ((0.9, 0.01), (0.01, 0.1), (0.999, 1e-3), (0.5, 1.0))],
    "Adagrad": [(Adagrad(), 0.5), (Adagrad(eps=0.1), 0.1), (Adagrad(eps=1e-30), 1.0), (Adagrad(eps=1e-4), 1e-2)],
    "Adadelta": [
        (Adadelta(rho=rho, eps=eps), lr)
        for rho, eps, lr in ((0.9, 1e-6, 1.0), (0.5, 1e-2, 1.0), (0.999, 1e-8, 10.0), (0.0, 0.1, 0.1))
    ],
    "RMSprop": [
        (RMSprop(alpha=alpha, eps=eps), lr)
        for alpha, eps, lr in ((0.99, 1e-8, 0.01), (0.8, 1e-2, 0.1), (0.9999, 1e-12, 0.05), (0.0, 0.1, 0.01))
    ],
    "Adam": [
        (Adam(b1=b1, b2=b2, eps=eps), lr)
        for b1, b2, eps, lr in (
            (0.9, 0.999, 1e-8, 0.1),
            (0.0, 0.9, 0.1, 0.1),
            (0.999, 0.99999, 1e-16, 1.0),
            (0.5, 0.5, 1e-3, 0.01),
        )
    ],
    "AdamW": [
        (AdamW(b1=b1, b2=b2, eps=eps, weight_decay=decay), lr)
        for b1, b2, eps, decay, lr in (
            (0.9, 0.999, 1e-8, 0.01, 0.1),
            (0.0, 0.9, 0.1, 1.0, 0.1),
            (0.99, 0.9999, 1e-16, 0.0, 0.5),
            (0.5, 0.5, 1e-3, 0.1, 0.01),
        )
    ],
}

MOMENTS = [(0.9, 0.999, 1e-8, 0.1), (0.0, 0.9, 0.1, 0.1), (0.99, 0.9999, 1e-12, 1.0), (0.5, 0.5, 1e-3, 0.01)]
for rule in (AMSGrad, Adamax, RAdam, AdaBelief, Yogi):
    CASES[rule.__name__] = [
        (rule(), 0.1),
        *((rule(b1=b1, b2=b2, eps=eps), lr) for b1, b2, eps, lr in MOMENTS[1:]),
    ]
CASES |= {
    "CenteredRMSprop": [
        (CenteredRMSprop(alpha=alpha, eps=eps), lr)
        for alpha, eps, lr in ((0.99, 1e-8, 0.01), (0.8, 1e-2, 0.1), (0.9999, 1e-3, 0.05), (0.5, 0.1, 0.01))
    ],
    "NAdam": [
        (NAdam(b1=b1, b2=b2, eps=eps, psi=psi), lr)
        for (b1, b2, eps, lr), psi in zip(MOMENTS, (4e-3, 1.0, 0.0, 0.1), strict=True)
    ],
    "Adan": [
        (Adan(b1=b1, b2=b2, b3=b3, eps=eps), lr)
        for b1, b2, b3, eps, lr in (
            (0.98, 0.92, 0.99, 1e-8, 0.1),
            (0.0, 0.5, 0.9, 1e-2, 0.1),
            (0.9, 0.0, 0.999, 1e-8, 0.5),
            (0.5, 0.99, 0.5, 1e-3, 0.01),
        )
    ],
    "SignSGD": [(SignSGD(), lr) for lr in (0.01, 0.1, 1.0, 1e-4)],
    "Lion": [
        (Lion(b1=b1, b2=b2), lr)
        for b1, b2, lr in ((0.9, 0.99, 0.01), (0.01, 0.01, 0.1), (0.5, 0.999, 1), (0.99, 0.5, 0.1))
    ],
    "Rprop": [
        (Rprop(shrink=shrink, grow=grow, low=low, high=high), lr)
        for shrink, grow, low, high, lr in (
            (0.5, 1.2, 1e-6, 50, 0.01),
            (0.9, 1.01, 1e-3, 1, 0.1),
            (0.1, 3, 1e-12, 0.1, 1e-3),
            (0.5, 1.5, 0.05, 1e3, 1),
        )
    ],
    "ASGD": [
        (ASGD(lambd=lambd, alpha=alpha, t0=t0), lr)
        for lambd, alpha, t0, lr in ((1e-4, 0.75, 20, 0.01), (0.1, 1, 0, 0.1), (0, 0.5, 299, 1), (1, 0, 100, 1e-2))
    ],
    "DoG": [(DoG(r_eps=r_eps), lr) for r_eps, lr in ((1e-6, 1), (1, 1), (1e-3, 0.1), (1e-12, 2))],
    **{
        rule.__name__: [
            (rule(), 1.0),
            (rule(b1=0.0, b2=0.9, eps=1e-3, d0=1e-3), 1.0),
            (rule(b1=0.5, b2=0.99, d0=0.1, weight_decay=0.1), 0.3),
            (rule(b1=0.95, b2=0.9999, eps=1e-12, d0=1e-8), 1.0),
        ]
        for rule in (Prodigy, DAdaptation)
    },
    "ScheduleFreeSGD": [(ScheduleFreeSGD(b1=b1), lr) for b1, lr in ((0.9, 0.1), (0.1, 1), (0.999, 0.01), (0.5, 3))],
    "ScheduleFreeAdamW": [
        (ScheduleFreeAdamW(b1=b1, b2=b2, eps=eps, weight_decay=decay), lr)
        for b1, b2, eps, decay, lr in (
            (0.9, 0.999, 1e-8, 0, 0.1),
            (0.1, 0.9, 0.1, 0.1, 1),
            (0.999, 0.9999, 1e-12, 0, 0.01),
            (0.5, 0.5, 1e-3, 1, 0.1),
        )
    ],
}

COURSES: dict[str, Course] = {"resting": RESTING, "begun": BEGUN, "cycled": CYCLED}
NAN_FROM_ZERO = {"Prodigy", "DAdaptation"}
"""What Optax divides 0 by 0 in where the first rate is 0."""


def scheduled(library: str) -> list[tuple[str, str]]:
    """Return which optimizers follow which course in PyTorch or Optax; the first case of each."""
    found: list[tuple[str, str]] = []
    for name, ((rule, _), *_) in CASES.items():
        twin = getattr(rule, library)
        if twin is not None and not twin.differs:
            found.append((name, "begun" if name in NAN_FROM_ZERO else "resting"))
            if library == "torch" and rule.cycled:
                found.append((name, "cycled"))
    return found


LOOSE = 1e-11
"""What is asked of rules that divide sums over the whole path by each other."""
TIGHT = 1e-13
BOUND = {"DoG": LOOSE, "Prodigy": LOOSE, "DAdaptation": LOOSE}
"""The bound of each optimizer where it is not 1e-13."""
SCHEDULED_BOUND = {**BOUND, "Prodigy": 1e-8}
"""The same under a schedule: while the rate still rises, Prodigy's distance grows from one ulp to a thousand more."""
