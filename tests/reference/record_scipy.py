"""Record where SciPy's minimizers end: `python -m tests.reference.record_scipy`."""

from tests.reference.record import write
from tests.reference.special import SCIPY, scipy_end

if __name__ == "__main__":
    write("scipy", {f"special/{name}": scipy_end(name) for name in SCIPY}, "scipy", "numpy")
