"""From a twin's argument map to the keyword arguments of its library."""

import re
from ast import literal_eval
from typing import Any

from lrviz.catalog import Twin, hypers
from lrviz.optimizers import Optimizer


def keywords(rule: Optimizer, twin: Twin) -> dict[str, Any]:
    """Return what `twin` is called with: a field goes to its argument, any other key is an argument with its value."""
    own = hypers(type(rule))
    found: dict[str, Any] = {}
    pairs: dict[str, dict[int, Any]] = {}
    for key, target in twin.arguments.items():
        value = getattr(rule, key) if key in own else literal_eval(target)
        name = target if key in own else key
        if member := re.fullmatch(r"(\w+)\[(\d)]", name):
            pairs.setdefault(member[1], {})[int(member[2])] = value
        else:
            found[name] = value
    return {**found, **{name: tuple(values[i] for i in sorted(values)) for name, values in pairs.items()}}
