"""Minutes by pairs, as travel.csv has them: there and back, or not at all."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np

from koopopt.case.facts import great_circle_km, points
from koopopt.case.instance import Instance
from koopopt.errors import UsageError
from koopopt.linear import Floats
from koopopt.reading.tables import REQUIRED_COLUMNS
from koopopt.text import T
from koopopt.writing.contents import csv_text, write_files

Pair = tuple[str, str]
Minutes = Mapping[Pair, float]

DECIMALS: Final = 6
"""So many are written: more would claim what no road knows."""
ENDING: Final = ".csv"
FILE: Final = "travel.csv"


def place_ids(instance: Instance) -> dict[str, int]:
    """Return all places, numbered as in `points`: municipalities, then sites."""
    ids = [town.id for town in instance.municipalities] + [site.id for site in instance.sites]
    return {id_: k for k, id_ in enumerate(dict.fromkeys(ids))}


def both_ways(minutes: Minutes, sites: Collection[str]) -> tuple[dict[Pair, float], list[Pair]]:
    """Return the pairs that are there in both directions, and those whose way back is missing.

    To sites people only travel, and come back on the same day by the same way.
    """
    kept = {p: m for p, m in minutes.items() if p[1] in sites or (p[1], p[0]) in minutes}
    return kept, [pair for pair in minutes if pair not in kept]


def crow_km(instance: Instance, pairs: Collection[Pair]) -> Floats:
    """Return the kilometres of pairs as the crow flies."""
    index = place_ids(instance)
    ways = np.array([(index[a], index[b]) for a, b in pairs], np.int64).reshape(-1, 2)
    (lat_a, lat_b), (lon_a, lon_b) = (degrees[ways].T for degrees in points(instance))
    return great_circle_km(lat_a, lon_a, lat_b, lon_b)


def estimated(instance: Instance, pairs: Collection[Pair]) -> Floats:
    """Return the minutes that the instance would estimate for pairs."""
    return np.asarray(crow_km(instance, pairs) * instance.detour / instance.speed_kmh * 60)


def medians(instance: Instance, minutes: Minutes) -> tuple[float, float]:
    """Return the median of the minutes, and that of the estimates of the same pairs."""
    return median(minutes.values()), float(np.median(estimated(instance, minutes)))


def target(instance: str, asked: Path | None) -> Path:
    """Return the file to write: the one asked for, else travel.csv in the instance's folder.

    Raises
    ------
    UsageError
        If it is there already, has another ending, or the instance is no folder and no file was
        asked for.
    """
    folder = Path(instance)
    if asked is None and not (folder / "instance.toml").exists():
        raise UsageError(
            T(
                "{path} is not the folder of an instance: name the file to write by -o, for"
                " instance -o travel.csv. Its rows go into the sheet travel of a workbook.",
                path=repr(instance),
            )
        )
    path = folder / FILE if asked is None else asked
    if path.suffix.lower() != ENDING:
        raise UsageError(
            T("{path}: times of travel are written as {ending}.", path=repr(str(path)),
              ending=ENDING)
        )  # fmt: skip
    if os.path.lexists(path):
        raise UsageError(
            T(
                "{path} is there already and is not overwritten. Move it away, or name another file"
                " by -o.",
                path=repr(str(path)),
            )
        )
    return path


def write_minutes(path: Path, minutes: Minutes) -> None:
    """Write travel.csv; nothing is overwritten, and nothing half written."""
    rows = [(*pair, round(value, DECIMALS)) for pair, value in minutes.items()]
    write_files({path.name: csv_text(REQUIRED_COLUMNS["travel"], [*rows])}, path.parent)
