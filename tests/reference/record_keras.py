"""Record what Keras' optimizers and schedules do: `python -m tests.reference.record_keras`."""

from tests.reference import keras_paths
from tests.reference.record import record_optimizers, record_schedules, write
from tests.reference.schedule_cases import KERAS, rates
from tests.reference.schedule_curves import keras_curve

if __name__ == "__main__":
    numbers = record_optimizers("keras", keras_paths.open_loop)
    curves = {name: (s, rates(s), keras_curve(name)) for name, (s, _) in KERAS.items()}
    numbers |= record_schedules("keras", curves)
    write("keras", numbers, "keras", "jax", "numpy")
