"""How the instances of a set are made: recipes, plain values that a process of its own follows.

A recipe is small and can be sent; `made` follows it. Some need a folder of the user's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from koopopt.bench import located, published
from koopopt.bench.counties import KEYS, county, units
from koopopt.bench.registry import BenchSet
from koopopt.case.instance import Instance
from koopopt.errors import UsageError, why
from koopopt.reading.instance import read
from koopopt.synthetic.county import generate
from koopopt.text import T

FRONT: Final = "front"
"""The kind of recipes that ask for a front: another recipe's `kind` and `given`, what it is called
(`instance`), `criteria` and their `resolution`."""
GAME: Final = "game"
"""The kind of recipes that ask how all municipalities share the cost of the first service: another
recipe's `kind` and `given`, and what it is called (`instance`)."""
COUNTY_RULES: Final[Mapping[str, Any]] = {
    "contiguous": True, "max_members": 6, "max_partner_seats": 3,
}  # fmt: skip
COUNTY_WEIGHTS: Final[Mapping[str, float]] = {"cost": 1.0, "travel": 1.0}


@dataclass(frozen=True, slots=True)
class Recipe:
    """An instance of a set, not made yet.

    Attributes
    ----------
    of : str
        Name of the set.
    instance : str
    kind : str
    given : mapping
        Values that JSON has.
    """

    of: str
    instance: str
    kind: str
    given: Mapping[str, Any]


def _shipped(given: Mapping[str, Any]) -> Instance:
    return read(given["name"])


def _synthetic(given: Mapping[str, Any]) -> Instance:
    return generate(given["municipalities"], seed=given["seed"])


def _districting(given: Mapping[str, Any]) -> Instance:
    """Return a synthetic county whose one service is parted into so many contiguous districts."""
    base = generate(given["municipalities"], seed=given["seed"], services=("local-area",))
    rules = {"contiguous": True, "max_partnerships": given["districts"],
             "max_members": given["members"]}  # fmt: skip
    return replace(base, rules=rules, weights={"cost": 0.0, "travel": 1.0})


def _unit(kind: str) -> Callable[[Mapping[str, Any]], Instance]:
    def make(given: Mapping[str, Any]) -> Instance:
        data, key = Path(given["data"]), given["key"]
        return county(data, key, rules=COUNTY_RULES, weights=COUNTY_WEIGHTS, kind=kind)

    return make


MAKERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Instance]]] = {
    "shipped": _shipped,
    "synthetic": _synthetic,
    "districting": _districting,
    "p-median": lambda g: located.generated_p_median(g["places"], g["p"], g["seed"]),
    "location": lambda g: located.generated_location(g["customers"], g["sites"], g["seed"]),
    "single-source": lambda g: located.generated_single_source(
        g["customers"], g["sites"], g["ratio"], g["seed"]
    ),
    "pmed": lambda g: published.read_pmed(Path(g["path"])),
    "cap": lambda g: published.read_cap(Path(g["path"])),
    **{kind: _unit(kind) for kind in KEYS},
    "folder": lambda g: read(g["path"]),
    **dict.fromkeys((FRONT, GAME), lambda g: MAKERS[g["kind"]](g["given"])),
}
"""Makes an instance of what a recipe is given, by kind."""


def made(recipe: Recipe) -> Instance:
    """Follow a recipe."""
    return MAKERS[recipe.kind](recipe.given)


NAMES: Final[Mapping[str, str]] = {
    "shipped": "{name}",
    "synthetic": "synthetic-{municipalities}-{seed}",
    "districting": "districting-{municipalities}-{districts}-{seed}",
    "p-median": "p-median-{places}-{p}-{seed}",
    "location": "location-{customers}x{sites}-{seed}",
    "single-source": "single-source-{customers}x{sites}-{seed}",
    FRONT: "{instance}",
    GAME: "{instance}",
}
"""What an entry of the registry is called, by kind."""


def recipes(chosen: BenchSet, data: Path | None) -> list[Recipe]:
    """Return the recipes of a set.

    Parameters
    ----------
    data : Path or None
        The user's folder, of sets that need one.

    Raises
    ------
    UsageError
        If a folder is needed and is not given, is none, or holds nothing for the set.
    """
    if chosen.kind in NAMES:
        return [
            Recipe(chosen.name, NAMES[chosen.kind].format(**entry), chosen.kind, entry)
            for entry in chosen.entries
        ]
    if data is None:
        raise UsageError(
            T("The set {name} is made of files of yours: say with --data FOLDER where they are."
              " {source}", name=chosen.name, source=chosen.source)
        )  # fmt: skip
    try:
        found = _of_folder(chosen, data.resolve())
    except OSError as error:
        raise UsageError(
            T("--data: {path} cannot be read: {reason}.", path=repr(str(data)), reason=why(error))
        ) from None
    if not found:
        raise UsageError(
            T("--data: {path} holds nothing for the set {name}. {source}", path=repr(str(data)),
              name=chosen.name, source=chosen.source)
        )  # fmt: skip
    return found


def _of_folder(chosen: BenchSet, data: Path) -> list[Recipe]:
    kind = chosen.kind
    if kind in KEYS:
        there = units(data, kind)
        keys = sorted(there, key=lambda key: (len(there[key]), key))
        return [Recipe(chosen.name, key, kind, {"data": str(data), "key": key}) for key in keys]
    if kind == "folder":
        paths = sorted(path.parent for path in data.glob("*/instance.toml"))
    else:
        paths = published.files(data, kind)
    return [Recipe(chosen.name, path.stem, kind, {"path": str(path)}) for path in paths]


def sampled(found: list[Recipe], count: int | None) -> list[Recipe]:
    """Return one of each of `count` equal parts, the middle one; all where there are no more."""
    if count is None or count >= len(found):
        return found
    return [found[(2 * k + 1) * len(found) // (2 * count)] for k in range(count)]
