"""What a scenario is, and the list of them all."""

import importlib
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from .variants import ALL, CORE, ORDINARY

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
    core: bool
    ci: bool

    def ci_variants(self):
        """Core scenarios run on each of the core variants, any other on one of its own, always the same one."""
        if self.core:
            return tuple(variant for variant in self.variants if variant in CORE)
        if not self.ci:
            return ()
        return (self.variants[zlib.crc32(self.name.encode()) % len(self.variants)],)


def scenario(name, on=None, core=False, ci=True):
    """Registers a function of a guest. Without `on`: core ones for every variant, others for the ordinary ones.

    ci: False for what only the whole matrix runs, because another scenario comes near enough at every change.
    """
    def register(function):
        if name in SCENARIOS:
            raise ValueError(f"two scenarios named {name}")
        variants = on or (ALL if core else ORDINARY)
        SCENARIOS[name] = Scenario(name, function, tuple(variants), core, ci)
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
