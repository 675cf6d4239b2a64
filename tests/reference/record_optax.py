"""Record what Optax's optimizers and schedules do: `python -m tests.reference.record_optax`."""

from tests.reference import optax_paths
from tests.reference.record import record_optimizers, write
from tests.reference.schedule_cases import OPTAX
from tests.reference.schedule_curves import optax_curve

if __name__ == "__main__":
    numbers = record_optimizers("optax", optax_paths.open_loop)
    numbers |= {f"schedule/{name}": optax_curve(name) for name in OPTAX}
    write("optax", numbers, "optax", "jax", "numpy")
