"""What runs are called where there is little room."""

from lrviz.figures.names import short_recipes
from lrviz.optimizers import SGD, Adam, ClipNorm
from lrviz.schedules import Cosine, StepDecay
from lrviz.simulation import Run


def test_of_runs_of_one_optimizer_as_little_is_said_as_tells_them_apart() -> None:
    clipped = Run(Adam(), 0.1, Cosine(floor=0.1), 20, options=(ClipNorm(),))
    assert short_recipes([clipped, Run(SGD(), 0.1, Cosine()), Run(Adam(), 0.2)]) == [
        "Adam cosine floor 0.1",
        "SGD",
        "Adam constant",
    ]
    assert short_recipes([Run(Adam(), 0.1, Cosine()), Run(Adam(), 0.1, Cosine(), 20)]) == ["Adam", "Adam warm-up 20"]
    assert short_recipes([Run(Adam(), 0.1, Cosine()), Run(Adam(), 0.1, StepDecay())]) == [
        "Adam cosine",
        "Adam step decay",
    ]
    assert short_recipes([clipped, clipped]) == ["Adam", "Adam"]
