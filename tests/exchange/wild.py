"""Models with names and numbers that files find hard."""

from __future__ import annotations

import numpy as np

from koopopt.linear import LinearModel, ModelBuilder
from solvers.models import INF

HOSTILE = [
    "a b",
    "<script>alert(1)</script>",
    "x:1",
    "n" * 300,
    "n" * 299,
    "Höxter-Süd",
    "dup",
    "dup",
    "dup_2",
    "",
    "  ",
    "free",
    "End",
    "1e5",
    "e12",
    "st",
    "'MARKER'",
    "x\nENDATA",
    "* comment",
    "$",
    "RHS",
    "_x",
    "北京",
    "inf",
    "subject to",
    "\\",
    "x_1",
    "🙂",
    "a\tb",
    "-x",
    "3 x",
]


def wild(seed: int) -> LinearModel:
    """Return a model with every kind of bound, row and number, and several objectives."""
    rng = np.random.default_rng(seed)
    n, m, k = (int(x) for x in rng.integers([0, 0, 1], [8, 8, 4]))
    builder = ModelBuilder("w")
    low = rng.choice([0, -INF, -3.5, 0.1, 1 / 3, 2], n)
    high = np.maximum(low, rng.choice([INF, 0, 1, 7, 1e6, 0.1 + 0.2, -1], n))
    high = np.where(np.isneginf(high), 5.0, high)
    columns = builder.columns([f"x{j}" for j in range(n)], low, high, rng.random(n) < 0.5)
    side = rng.normal(size=m) * 10.0 ** rng.integers(-8, 8, m)
    wide = np.abs(rng.normal(size=m)) * 10.0 ** rng.integers(-8, 8, m)
    kind = rng.integers(0, 5, m)
    row_low = np.where(np.isin(kind, [0, 4]), -INF, side)
    row_high = np.select([kind == 1, kind == 2, kind == 4], [INF, side, INF], side + wide)
    rows = builder.rows([f"r{i}" for i in range(m)], row_low, row_high)
    if n and m:
        count = int(rng.integers(0, n * m))
        builder.entries(
            rng.choice(rows, count),
            rng.choice(columns, count),
            rng.normal(size=count) * 10.0 ** rng.integers(-12, 12, count),
        )
    for objective in range(k):
        values = rng.normal(size=n) * (rng.random(n) < 0.6)
        builder.objective(f"o{objective}", columns, values, float(rng.choice([0, 0.1, -1e9 / 3])))
    return builder.build()


def hostile() -> LinearModel:
    rng = np.random.default_rng(5)
    builder = ModelBuilder("evil\nmodel <b>")
    n = len(HOSTILE)
    columns = builder.columns(HOSTILE)
    rows = builder.rows(HOSTILE, 1.0, 4.0)
    builder.entries(rows[:, None], columns[None, :], rng.integers(0, 2, (n, n)))
    builder.entries(rows, columns, 1)
    builder.objective("a b\nc", columns, rng.integers(1, 99, n) / 4, offset=-3.5)
    return builder.build()
