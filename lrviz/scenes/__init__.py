"""Everything that a page simulates and shows, as frozen values, and their text forms."""

from lrviz.scenes.defaults import default_rate, rescaled
from lrviz.scenes.scene import NOISE, SEED, STEPS, Scene, default_runs, first_scene
from lrviz.scenes.view import View, read_address, write_address

__all__ = [
    "NOISE",
    "SEED",
    "STEPS",
    "Scene",
    "View",
    "default_rate",
    "default_runs",
    "first_scene",
    "read_address",
    "rescaled",
    "write_address",
]
