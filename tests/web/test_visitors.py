"""Several visitors at one server, each over a connection of their own."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.servers import STREAMLIT, Server, serving
from tests.visitors import visiting

# A hundred times what a visitor waits for their own page.
LONG = "v=1&problem=Rosenbrock&opt1=Adam&steps=5000&view=map&noise=0.1"


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
