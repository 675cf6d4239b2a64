"""Record what Optax's optimizers and schedules do: `python -m tests.reference.record_optax`."""

from tests.reference import optax_paths
from tests.reference.record import record_optimizers, record_scheduled, record_schedules, write
from tests.reference.schedule_cases import OPTAX, rates
from tests.reference.schedule_curves import optax_curve
from tests.reference.series import kept
from tests.reference.special import ADAN, apart, optax_path, ours
from tests.reference.special import OPTAX as OPTAX_SPECIAL

if __name__ == "__main__":
    special = {name: optax_path(name) for name in OPTAX_SPECIAL}
    looking: dict[str, float] = {}
    for name, case in OPTAX_SPECIAL.items():
        looking[case[1].name] = max(looking.get(case[1].name, 0.0), apart(ours(case), special[name]))
    numbers = record_optimizers("optax", optax_paths.open_loop, looking)
    numbers |= record_scheduled("optax", optax_paths.scheduled)
    numbers |= {f"special/{name}": path[::10] for name, path in special.items()}
    adan = kept(optax_paths.open_loop(ADAN, 0.1))
    numbers |= {f"special/Adan/{part}": array for part, array in adan.items()}
    curves = {name: (s, rates(s), optax_curve(name)) for name, (s, _) in OPTAX.items()}
    numbers |= record_schedules("optax", curves)
    write("optax", numbers, "optax", "jax", "numpy")
