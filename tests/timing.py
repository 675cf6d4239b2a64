"""Bounds on processor time that catch a blow-up, whatever else the machine and this process have to do."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time


@contextmanager
def within(seconds: float, what: object = "") -> Iterator[None]:
    """Fail if the block takes more processor time; without the collector, which walks all that tests have left."""
    collects = gc.isenabled()
    gc.disable()
    begun = process_time()
    try:
        yield
        spent = process_time() - begun
    finally:
        if collects:
            gc.enable()
    assert spent < seconds, f"{spent:.3f} s of processor time, at most {seconds:g}: {what}"
