"""A county of nine municipalities of different size, and tables of their accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import tiny
from koopopt.calibrating.accounts import Account
from koopopt.case.instance import Instance

NAMES = [
    "Ahausen", "Bühl an der Weißen Werra", "Celle", "Dorn", "Elm", "Furt", "Gau", "Hain",
    "Neustadt",
]  # fmt: skip
IDS = [f"0663600{k}" for k in range(1, 10)]
OFF = [1.03, 0.97, 1.05, 0.94, 1.01, 0.98, 1.04, 0.96, 1.02]
"""How far each account lies off the curve."""


def county(**changes: Any) -> Instance:
    """Return the county; its municipality number k has 1000 k people, who need 40 m3 each."""
    return tiny.instance(NAMES, IDS, **changes)


def accounts(
    elasticity: float = 0.8, off: Sequence[float] = OFF, count: int = len(IDS)
) -> list[Account]:
    """Return accounts around the curve 30 · D^elasticity."""
    return [
        Account(id_, 30 * (40_000.0 * k) ** elasticity * off[k - 1])
        for k, id_ in enumerate(IDS[:count], start=1)
    ]


def rich(**changes: float) -> list[Account]:
    """Return accounts of which some cost so many times as much: ``Celle=3``."""
    return [
        replace(a, cost=a.cost * changes.get(name, 1.0))
        for a, name in zip(accounts(), NAMES, strict=True)
    ]


def table(folder: Path, text: str, name: str = "accounts.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
