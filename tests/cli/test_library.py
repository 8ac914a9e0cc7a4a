"""`koopopt models`, `instances`, `solvers`: what is at hand."""

from __future__ import annotations

from typing import Any


def test_lists(run: Any) -> None:
    assert "Wasserversorgung" in run("models", "--lang", "de").stdout
    shown = run("models", "show", "water").stdout
    assert "assumption" in shown
    assert "Statistik Hessen" in shown
    assert "votes" in run("models", "show", "hessen").stdout
    assert "werra-meissner" in run("instances").stdout
    assert "highs" in run("solvers").stdout
