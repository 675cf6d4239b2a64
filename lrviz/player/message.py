"""The bytes that carry a picture to the browser: a JSON header, then plain arrays."""

import json
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 8
DTYPES = {"float32": "f4", "float64": "f8", "int32": "i4", "uint16": "u2", "uint8": "u1"}


def pack(meta: Mapping[str, object], arrays: Mapping[str, NDArray[np.generic]]) -> bytes:
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
    for name, array in arrays.items():
        code = _code(name, array)
        block = _padded(np.ascontiguousarray(array, dtype=f"<{code}").tobytes())
        entries[name] = {"dtype": code, "shape": list(array.shape), "offset": offset}
        blocks.append(block)
        offset += len(block)
    header = json.dumps({"meta": meta, "arrays": entries}, allow_nan=False, separators=(",", ":"))
    encoded = header.encode()
    return b"".join([_padded(len(encoded).to_bytes(4, "little") + encoded), *blocks])


def _code(name: str, array: NDArray[np.generic]) -> str:
    code = DTYPES.get(array.dtype.name)
    if code is None:
        raise TypeError(f"{name} must be float32, float64, int32, uint16 or uint8, got {array.dtype.name}.")
    return code


def _padded(block: bytes) -> bytes:
    return block + bytes(-len(block) % ALIGNMENT)
