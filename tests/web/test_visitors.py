"""Several visitors at one server, each over a connection of their own."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median

import pytest

from tests.servers import STREAMLIT, Server, serving
from tests.visitors import Visitor, visiting

# A hundred times what a visitor waits for their own page.
LONG = "v=1&problem=Rosenbrock&opt1=Adam&steps=5000&view=map&noise=0.1"


# Eight runs whose every step asks for many losses and gradients: half a minute of a core and more.
RULES = ["ExactLineSearch", "BFGS", "Armijo", "NonlinearCG"]
COSTLY = "v=1&problem=GoldsteinPrice&steps=5000&noise=0.1&seed={seed}&" + "&".join(
    f"run{i}={rule}&run{i}.lr=0.01"
    for i, rule in enumerate(["ExactLineSearch", "BFGS", "Armijo", "NonlinearCG"] * 2, 1)
)
EASY = "v=1&problem=Ravine&run1=SGD&run1.lr=0.1"
STOPS = ("0.12", "0.15", "0.2", "0.25", "0.3")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(STREAMLIT, tmp_path_factory.mktemp("server")) as server:
        yield server


def test_a_large_map_of_one_visitor_does_not_hold_up_another(server: Server) -> None:
    query = "v=1&problem=Ravine&run1=SGD&run1.lr=0.1"
    with visiting(server, "find", LONG) as one, visiting(server, "", query) as other:
        other.rerun()
        one.ask()
        for stop in ("0.12", "0.15", "0.2"):
            other.move("run0.lr.slider", stop)
            assert f"run1.lr={stop}" in other.query
        with pytest.raises(TimeoutError):
            one.wait(seconds=0.1)


def test_large_maps_of_some_do_not_keep_others_from_their_sweeps(server: Server) -> None:
    large = "v=1&problem=CrossInTray&opt1=LBFGS&steps=3000&view=map&for=1&noise=0.1"
    with ExitStack() as stack:
        some = [stack.enter_context(visiting(server, "find", f"{large}&seed={seed}")) for seed in range(3)]
        for visitor in some:
            visitor.ask()
            visitor.wait_for("progress")
        other = stack.enter_context(visiting(server, "find", "v=1&problem=Ravine&opt1=SGD&view=sweep"))
        other.rerun()
        assert any("best" in text for text in other.texts)
        with pytest.raises(TimeoutError):
            some[-1].wait(seconds=0.1)


def test_what_a_visitor_sees_is_their_own(server: Server) -> None:
    queries = [f"v=1&problem={problem}&run1=SGD&run1.lr=0.01" for problem in ("Bowl", "Ravine", "Himmelblau")]
    with visiting(server, "", queries[0]) as a, visiting(server, "", queries[1]) as b:
        a.rerun()
        b.rerun()
        a.move("run0.lr.slider", "0.02")
        assert "problem=Bowl" in a.query
        assert "run1.lr=0.02" in a.query
        assert b.query == queries[1]


@pytest.fixture
def busy(server: Server) -> Iterator[list[Visitor]]:
    """Four visitors whose scenes take long, and who see how far they are."""
    with ExitStack() as stack:
        some = [stack.enter_context(visiting(server, "", COSTLY.format(seed=seed))) for seed in range(4)]
        for visitor in some:
            visitor.ask()
        for visitor in some:
            visitor.wait_for("progress")
        yield some


def test_visitors_who_leave_take_their_work_along(server: Server, busy: list[Visitor]) -> None:
    began = server.seconds()
    time.sleep(1.0)
    assert server.seconds() - began > 0.3
    for visitor in busy:
        visitor.socket.close()
    time.sleep(3.0)
    left = server.seconds()
    time.sleep(2.0)
    assert server.seconds() - left < 0.5


def test_long_runs_of_some_do_not_hold_up_another(server: Server, request: pytest.FixtureRequest) -> None:
    with visiting(server, "", EASY) as other:
        other.rerun()
        alone = median(other.move("run0.lr.slider", stop) for stop in STOPS)
        request.getfixturevalue("busy")
        among = median(other.move("run0.lr.slider", stop) for stop in reversed(STOPS))
    assert among < 8 * alone + 0.2


def test_what_is_stopped_stays_and_goes_on_where_it_was(server: Server) -> None:
    with visiting(server, "", COSTLY.format(seed=9)) as visitor:
        visitor.ask()
        visitor.wait_for_key("work.stop")
        time.sleep(2.0)
        visitor.click("work.stop")
        first = stopped_at(visitor)
        assert 0 < first < 5000
        visitor.ask_to_click("work.go_on")
        visitor.wait_for_key("work.stop")
        visitor.click("work.stop")
        assert first <= stopped_at(visitor) < 5000


def stopped_at(visitor: Visitor) -> int:
    """Return the step up to which the page says that the runs are computed."""
    (step,) = (re.search(r"computed to step ([\d,]+) of 5,000", text) for text in visitor.texts if "Stopped" in text)
    assert step
    return int(step[1].replace(",", ""))
