"""Which settings of which optimizer are compared: the defaults, and corners of the hyper-parameters."""

from lrviz.optimizers import SGD, Adadelta, Adagrad, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSprop

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

LOOSE = 1e-11
"""What is asked of rules that divide sums over the whole path by each other."""
TIGHT = 1e-13
BOUND: dict[str, float] = {}
"""The bound of each optimizer where it is not 1e-13."""
