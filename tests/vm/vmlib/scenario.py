"""What a scenario is, and the list of them all."""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from . import mechanisms
from .variants import ORDINARY

SCENARIOS = {}


class Failure(Exception):
    """The guest did not do what it promises."""


class Skip(Exception):
    """The scenario cannot be run here; the message says why."""


@dataclass(frozen=True)
class Scenario:
    name: str
    function: Callable
    variants: tuple

    @property
    def ci_variants(self):
        """The guests it runs on at every change: mechanisms.py."""
        return tuple(variant for variant in self.variants if (self.name, variant) in mechanisms.pairs())


def scenario(name, on=ORDINARY):
    """Registers a function of a guest, for the guests of these names."""
    def register(function):
        if name in SCENARIOS:
            raise ValueError(f"two scenarios named {name}")
        SCENARIOS[name] = Scenario(name, function, tuple(on))
        return function
    return register


def check(condition, message):
    if not condition:
        raise Failure(message)


def load_all():
    """Imports every file of scenarios/, in the order of their names."""
    for path in sorted((Path(__file__).resolve().parent.parent / "scenarios").glob("*.py")):
        if path.stem != "__init__":
            importlib.import_module(f"scenarios.{path.stem}")
    return SCENARIOS
