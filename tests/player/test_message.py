"""The bytes of a message: what message.test.mjs reads is what `pack` writes."""

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest

from lrviz.player.message import Single, pack

EXAMPLE = {"a": np.array([1, np.nan, -2], "f4"), "b": np.array([[1, np.inf]])}


def test_the_bytes_that_the_browser_test_reads() -> None:
    source = Path(__file__).with_name("message.test.mjs").read_text("utf-8")
    found = re.search(r'"([A-Za-z0-9+/=]{80,})"', source)
    assert found is not None
    assert base64.b64encode(pack({"text": "é"}, EXAMPLE)).decode() == found[1]


def test_the_bytes_of_differences_that_the_browser_test_reads() -> None:
    source = Path(__file__).with_name("message.test.mjs").read_text("utf-8")
    found = re.search(r'DIFFERENCES[^"]*"([A-Za-z0-9+/=]{80,})"', source)
    assert found is not None
    place = np.array([[1e9 + 0.25, 2e-3], [np.nan, -1e-3]])
    tables = {
        "large": Single(np.array([0.0, 2e150, -1e150])),
        "columns": Single(place, np.array([1e9, 0.0])),
        "rows": Single(place.T, np.array([[1e9], [0.0]])),
    }
    assert base64.b64encode(pack({}, tables)).decode() == found[1]


def test_arrays_start_at_multiples_of_eight() -> None:
    message = pack({"name": "x"}, EXAMPLE)
    size = int.from_bytes(message[:4], "little")
    header = json.loads(message[4 : 4 + size])
    base = -(-(4 + size) // 8) * 8
    assert header["meta"] == {"name": "x"}
    for name, entry in header["arrays"].items():
        start = base + entry["offset"]
        assert start % 8 == 0
        dtype = np.dtype("<" + entry["dtype"])
        read = np.frombuffer(message, dtype, EXAMPLE[name].size, start).reshape(entry["shape"])
        np.testing.assert_array_equal(read, EXAMPLE[name])


def test_a_view_is_written_in_its_own_order() -> None:
    table = np.arange(6.0).reshape(2, 3).T
    message = pack({}, {"t": table})
    np.testing.assert_array_equal(np.frombuffer(message[-48:], "<f8").reshape(3, 2), table)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_the_header_refuses_what_json_cannot_say(value: float) -> None:
    with pytest.raises(ValueError, match="Out of range float"):
        pack({"value": value}, {})


def test_other_types_are_refused_by_name() -> None:
    with pytest.raises(TypeError, match="counts must be"):
        pack({}, {"counts": np.arange(3, dtype="i8")})
