"""Rows as runs leave them."""

from __future__ import annotations

from typing import Any

from koopopt.bench.results import Row


def row(instance: str = "a", method: str = "auto", seconds: float = 1.0, **more: Any) -> Row:
    """Return a proven row of the set "synthetic", in 10 s at most, but for what is said."""
    base: dict[str, Any] = {
        "set": "synthetic", "instance": instance, "formulation": method, "solver": "highs",
        "seed": 0, "status": "optimal", "seconds": seconds, "value": 100.0, "bound": 100.0,
        "gap": 0.0, "peak_mb": 80.0, "version": "0", "machine": "one", "size": 10, "services": 1,
        "python": "3", "time_limit": 10.0, "started": "2026-11-28T10:00:00+00:00",
    }  # fmt: skip
    return Row(**{**base, **more})


def open_row(instance: str, method: str, **more: Any) -> Row:
    """Return a row that ended at its limit with a gap of 20 %."""
    left: dict[str, Any] = {"status": "feasible", "bound": 80.0, "gap": 0.2}
    return row(instance, method, 10.0, **{**left, **more})
