"""Record what Keras' optimizers and schedules do: `python -m tests.reference.record_keras`."""

from tests.reference import keras_paths
from tests.reference.record import record_optimizers, write
from tests.reference.schedule_cases import KERAS
from tests.reference.schedule_curves import keras_curve

if __name__ == "__main__":
    numbers = record_optimizers("keras", keras_paths.open_loop)
    numbers |= {f"schedule/{name}": keras_curve(name) for name in KERAS}
    write("keras", numbers, "keras", "jax", "numpy")
