"""The registry of benchmark sets: `benchmarks/registry.toml`, as it is shipped.

A set names its recipe (`koopopt.bench.recipes`) and the entries that it is made with; what is best
known of an instance stands beside it, with what found it. Values are measured, or left out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from koopopt.case import resources
from koopopt.errors import UsageError
from koopopt.language.hints import Names
from koopopt.text import T

Title = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Best:
    """What is known of an instance: the value of the best plan, and a proven bound.

    Attributes
    ----------
    value, bound : float
    of : str
        Fingerprint of the instance, where it is made of the user's files: of other data nothing is
        known. Else empty.
    """

    value: float
    bound: float
    of: str = ""

    @property
    def proven(self) -> bool:
        """Whether nothing is left between them."""
        return self.bound >= self.value


@dataclass(frozen=True, slots=True)
class BenchSet:
    """A set of instances.

    Attributes
    ----------
    name : str
    title, source : mapping
        By language; the source says how the instances come to be.
    kind : str
        Of recipe.
    entries : tuple of mapping
        What the recipe is given, one instance each; empty where the user's folder says it.
    found : mapping
        With what the best known values were found, by language; empty where there are none.
    best : mapping instance -> Best
    """

    name: str
    title: Title
    source: Title
    kind: str
    entries: tuple[Mapping[str, Any], ...] = ()
    found: Title = field(default_factory=dict)
    best: Mapping[str, Best] = field(default_factory=dict)


def registry() -> dict[str, BenchSet]:
    """Return all sets by name, in the order of the file."""
    table = tomllib.loads(resources.benchmarks().read_text("utf-8"))
    return {name: _set(name, part) for name, part in table["set"].items()}


def _set(name: str, part: Mapping[str, Any]) -> BenchSet:
    best = {key: Best(**known) for key, known in part.get("best", {}).items()}
    return BenchSet(name, part["title"], part["source"], part["kind"],
                    tuple(part.get("entries", ())), part.get("found", {}), best)  # fmt: skip


def chosen(names: tuple[str, ...]) -> list[BenchSet]:
    """Return the sets of these names, each once.

    Raises
    ------
    UsageError
        Where there is none of a name.
    """
    known = registry()
    for name in names:
        if name not in known:
            raise UsageError(
                T("There is no benchmark set {name}. {remedy}", name=repr(name),
                  remedy=Names(known).remedy(name))
            )  # fmt: skip
    return [known[name] for name in dict.fromkeys(names)]
