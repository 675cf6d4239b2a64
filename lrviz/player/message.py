"""The bytes that carry a picture to the browser: a JSON header, then plain arrays."""

import json
import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 8
_EXPONENT = 100
"""The largest difference travels as about 2 to this power: below it single precision has room for 75 decades."""
DTYPES = {"float32": "f4", "float64": "f8", "int32": "i4", "uint16": "u2", "uint8": "u1"}


class Single(NamedTuple):
    """Numbers that travel in single precision, as differences from a reference: right to 7 digits of the difference.

    As they are, single precision would round them to 7 digits of themselves, which are none where they have something
    large in common, and know none above 3e38.
    """

    values: NDArray[np.float64]
    reference: NDArray[np.float64] | float = 0.0
    """One for all, or along one axis: it broadcasts to the values."""


Table = NDArray[np.generic] | Single
"""What a message carries: an array as it is, or numbers in single precision."""


def pack(meta: Mapping[str, object], arrays: Mapping[str, Table]) -> bytes:
    """Join `meta` and `arrays` into one message, which `unpack` of message.js reads.

    The message is the length of the header (4 bytes, little-endian), the header as JSON, and the arrays,
    each at a multiple of 8 bytes from the start. An array's `offset` counts from the first such place
    behind the header. NaN and infinity may stand in arrays, never in `meta`.

    Raises:
        ValueError: `meta` holds NaN or infinity.
        TypeError: an array is neither float32, float64, int32, uint16 nor uint8.
    """
    entries: dict[str, object] = {}
    blocks: list[bytes] = []
    offset = 0
    for name, given in arrays.items():
        array, how = _differences(given) if isinstance(given, Single) else (given, {})
        code = _code(name, array)
        block = _padded(np.ascontiguousarray(array, dtype=f"<{code}").tobytes())
        entries[name] = {"dtype": code, "shape": list(array.shape), "offset": offset, **how}
        blocks.append(block)
        offset += len(block)
    header = json.dumps({"meta": meta, "arrays": entries}, allow_nan=False, separators=(",", ":"))
    encoded = header.encode()
    return b"".join([_padded(len(encoded).to_bytes(4, "little") + encoded), *blocks])


def _differences(given: Single) -> tuple[NDArray[np.float32], dict[str, object]]:
    """Return differences in single precision, and how the values follow: `reference + unit * difference`.

    The references repeat, each for `every` numbers in a row.
    """
    values, reference = np.asarray(given.values, dtype=np.float64), np.asarray(given.reference, dtype=np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        away = values - reference
    largest = np.abs(away, where=np.isfinite(away), out=np.zeros(away.shape)).max(initial=0.0)
    exponent = min(max(math.frexp(float(largest))[1] - _EXPONENT, -1022), 1023)
    behind = reference.ndim - 1 - reference.shape.index(reference.size) if reference.size > 1 else 0
    every = math.prod(values.shape[values.ndim - behind :])
    with np.errstate(under="ignore"):
        small = np.ldexp(away, -exponent).astype(np.float32)
    return small, {"unit": 2.0**exponent, "reference": reference.ravel().tolist(), "every": every}


def _code(name: str, array: NDArray[np.generic]) -> str:
    code = DTYPES.get(array.dtype.name)
    if code is None:
        raise TypeError(f"{name} must be float32, float64, int32, uint16 or uint8, got {array.dtype.name}.")
    return code


def _padded(block: bytes) -> bytes:
    return block + bytes(-len(block) % ALIGNMENT)
