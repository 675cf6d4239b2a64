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
        if key not in own:
            found[key] = literal_eval(target)
        elif member := re.fullmatch(r"(\w+)\[(\d)]", target):
            pairs.setdefault(member[1], {})[int(member[2])] = getattr(rule, key)
        else:
            found[target] = getattr(rule, key)
    return {**found, **{name: tuple(values[i] for i in sorted(values)) for name, values in pairs.items()}}
