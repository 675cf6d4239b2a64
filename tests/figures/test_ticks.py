"""The ticks of a logarithmic axis, however little of it is shown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrviz.catalog import read_number
from lrviz.figures.sweep import ticks


@given(st.floats(-9, 3), st.floats(0.02, 12))
def test_every_range_of_rates_has_some_ticks_and_not_too_many(low: float, decades: float) -> None:
    ends = [low, low + decades]
    found = ticks(ends)
    if "dtick" in found:
        step = float(found["dtick"])  # type: ignore[arg-type]
        count = np.floor(ends[1] / step) - np.ceil(ends[0] / step) + 1
    else:
        values = np.array(found["tickvals"])
        count = len(values)
        assert ((values >= 10 ** ends[0] * (1 - 1e-9)) & (values <= 10 ** ends[1] * (1 + 1e-9))).all()
    assert (1 if "dtick" in found else 3) <= count <= 9


@pytest.mark.parametrize("ends", [[-1.05, -0.95], [-3.0, -2.7], [0.0, 1.0]])
def test_the_text_of_a_tick_is_its_value(ends: list[float]) -> None:
    found = ticks(ends)
    values, texts = found["tickvals"], found["ticktext"]
    assert isinstance(values, list)
    assert isinstance(texts, list)
    assert [read_number(text) for text in texts] == pytest.approx(values)
    assert len(set(texts)) == len(texts)
