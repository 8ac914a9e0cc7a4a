"""Names of files: whatever is typed, the file is one name in its folder, on every system."""

from __future__ import annotations

import os
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiny
from koopopt.live.web.naming import LONGEST, free, safe

HOSTILE = [
    *tiny.HOSTILE, "../../etc/passwd", "/etc/passwd", "C:\\Windows\\x", "..", ".", "", " ", "-rf",
    ".htaccess", "CON", "nul", "a\x00b", "a/b\\c:d*e?f", "\ud800", "x" * 5000, "ä" * 5000,
    "plan.csv:stream", "a..", "trailing. ", "%2e%2e%2f", "\u202egpj.exe",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_hostile_names_become_harmless(name: str, tmp_path: Path) -> None:
    held(name)
    place = free(tmp_path, safe(name, "plan"), ".csv")
    place.write_text("x", encoding="utf-8")
    assert os.listdir(tmp_path) == [place.name]


@given(st.text())
def test_any_name_is_one_name(name: str) -> None:
    held(name)


def held(name: str) -> None:
    made = safe(name, "plan")
    assert made
    assert len(made) <= LONGEST + len("plan-")
    assert not set(made) & set('/\\:*?"<>|.%\x00')
    assert made[0] not in " -"
    assert made[-1] not in " -"
    assert made.isprintable()
    assert not PureWindowsPath(f"{made}.csv").is_reserved()
    assert len(f"{made}.csv".encode()) < 250


def test_ordinary_names_stay() -> None:
    assert safe("Plan des Kreises (Entwurf 2)", "plan") == "Plan des Kreises (Entwurf 2)"
    assert safe("Größe – Süd", "plan") == "Größe - Süd"


def test_nothing_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "plan-2.csv").symlink_to(tmp_path / "nowhere")
    assert free(tmp_path, "plan", ".csv").name == "plan-3.csv"
