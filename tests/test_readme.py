"""The README does what it says."""

import re
from pathlib import Path

from lrviz.catalog import isolated, registered

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_python_example_runs() -> None:
    names: dict[str, object] = {}
    exec(blocks("python")[0], names)
    assert names["result"].positions.shape == (501, 2, 2)  # type: ignore[attr-defined]
    assert names["scene"].to_query().startswith("v=1&problem=Rosenbrock&steps=500&run1=Adam")  # type: ignore[attr-defined]


def test_the_search_example_runs_on_what_the_first_one_imported() -> None:
    names: dict[str, object] = {}
    exec(blocks("python")[0] + blocks("python")[1], names)
    assert names["area"].final_loss.shape == (128, 128)  # type: ignore[attr-defined]
    assert len(names["table"])  # type: ignore[arg-type]


def test_the_new_optimizer_is_an_entry() -> None:
    setup = "import numpy as np\nfrom lrviz.catalog import hyper\nfrom lrviz.optimizers.momentum import Descent\n"
    with isolated():
        exec(setup + blocks("python")[2], {"__name__": "readme"})
        assert registered("optimizer")["Signum"]().momentum == 0.9  # type: ignore[attr-defined]


def test_the_commands_and_files_it_names_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make (\w+)", README):
        assert re.search(rf"^{target}:|\s{target}[:\s]", makefile, re.MULTILINE), target
    for path in re.findall(r"\]\((?!http)([^)]+)\)", README):
        assert (ROOT / path).exists(), path
