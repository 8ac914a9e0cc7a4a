"""`koopopt import germany` as a user meets it: what it makes, options, signals."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import koopopt
from importing.germany.official import (
    Feature,
    features,
    register_lines,
    write_geojson,
    write_layer,
    write_register,
)
from processes import posix, started

pytest.importorskip("pyogrio")
COUNTIES = ("--counties", "16901,16902")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_register(tmp_path / "gv.txt")
    write_geojson(tmp_path / "areas.geojson", features())
    return tmp_path


def command(folder: Path, *args: str, output: str = "made") -> list[str]:
    files = ["--register", str(folder / "gv.txt"), "--boundaries", str(folder / "areas.geojson")]
    return ["import", "germany", *files, *args, "-o", str(folder / output)]


def test_what_was_made_checks_and_solves(run: Any, folder: Path) -> None:
    made = run(*command(folder, *COUNTIES))
    assert made.exit_code == 0, made.stderr
    assert "Nordkreis, Südkreis: 16 municipalities, 27,900 inhabitants, 26 pairs" in made.stdout
    target = folder / "made"
    assert f"koopopt run {target}" in made.stdout
    assert run("check", str(target)).exit_code == 0
    assert run("solve", str(target), "--quiet", "--gap", "0.05").exit_code == 0
    instance = koopopt.read(target)
    assert (instance.name, instance.title["en"]) == ("made", "Nordkreis, Südkreis")
    assert all(town.id in instance.boundaries for town in instance.municipalities)
    page = (target / "README.md").read_text(encoding="utf-8")
    assert "Insel (16901008) is connected with no other by borders" in page
    again = run(*command(folder, *COUNTIES))
    assert again.exit_code == 2
    assert "not overwritten" in again.stderr


def test_a_workbook_holds_the_same(run: Any, folder: Path) -> None:
    pytest.importorskip("openpyxl")
    assert run(*command(folder, *COUNTIES)).exit_code == 0
    assert run(*command(folder, *COUNTIES, output="made.xlsx")).exit_code == 0
    book, files = koopopt.read(folder / "made.xlsx"), koopopt.read(folder / "made")
    assert book.municipalities == files.municipalities
    assert book.neighbours == files.neighbours
    assert run("check", str(folder / "made.xlsx")).exit_code == 0


def test_in_german_nothing_is_english(run: Any, folder: Path) -> None:
    made = run(*command(folder, *COUNTIES), "--lang", "de")
    assert "16 Gemeinden, 27.900 Einwohner, 26 Paare von Nachbarn" in made.stdout
    page = (folder / "made/README.md").read_text(encoding="utf-8")
    head = (folder / "made/instance.toml").read_text(encoding="utf-8").partition("schema")[0]
    for english in (" the ", " and ", " are ", " is ", " of "):
        assert english not in f"{made.stdout} {page} {head}"
    assert "nach Größe und Lage zugeordnet" in page


@pytest.mark.parametrize(
    ("args", "towns"),
    [
        (("--county", "Südkreis"), 7),
        (("--county", "16901"), 9),
        (("--state", "Musterland"), 16),
        (("--all",), 16),
    ],
)
def test_ways_to_say_who_takes_part(
    args: tuple[str, ...], towns: int, run: Any, folder: Path
) -> None:
    assert f"{towns} municipalities" in run(*command(folder, *args)).stdout


def test_a_region_by_a_file(run: Any, folder: Path) -> None:
    (folder / "list.csv").write_text("AGS;Name\n16901001;Abach\n16902\n", encoding="utf-8")
    made = run(*command(folder, "--region", "Mitte", str(folder / "list.csv")))
    assert "Mitte: 8 municipalities" in made.stdout
    assert "members that do not take part" not in made.stdout  # Abach alone is no association
    assert run(*command(folder, "--region", "x", str(folder / "no"), output="b")).exit_code == 3


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "Say who takes part with one of"),
        (("--county", "16901", "--all"), "Say who takes part with one of"),
        (("--county", "16909"), "no county '16909'"),
        (("--county", "Nordkreiss"), "Did you mean 'Nordkreis'"),
        (("--state", "17"), "no state '17'"),
        (("--counties", "16901,,16902"), "each once"),
        (("--counties", "16901,16901"), "each once"),
        ((*COUNTIES, "--services", "watre"), "'water'"),
        ((*COUNTIES, "--legal-forms", "hesse"), "'hessen'"),
        ((*COUNTIES, "--associated", "it"), "none of the services|no model"),
        ((*COUNTIES, "--snap", "-1"), "0 or more"),
        ((*COUNTIES, "--snap", "1e9"), "between 0 and 250"),
        ((*COUNTIES, "--snap", "nan"), "--snap"),
        ((*COUNTIES, "--links", "roads"), "roads"),
        ((*COUNTIES, "--id", "=cmd"), "no column '=cmd'"),
    ],
)
def test_what_cannot_be_meant_writes_nothing(
    args: tuple[str, ...], message: str, run: Any, folder: Path
) -> None:
    before = sorted(folder.iterdir())
    refused = run(*command(folder, *args))
    assert refused.exit_code == 2, refused.output
    assert re.search(message, " ".join(refused.stderr.split())), refused.stderr
    assert sorted(folder.iterdir()) == before


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw each square with 80,000 corners, so that reading takes its time."""
    corners = 20_000
    rows = []
    for row in features():
        rings = []
        for ring in row.rings:
            steps = np.linspace(0, 4, 4 * corners + 1)
            corner = np.array(ring)
            places = np.minimum(steps.astype(int), 3)
            share = (steps - places)[:, None]
            line = corner[places] * (1 - share) + corner[places + 1] * share
            rings.append(tuple(map(tuple, line.tolist())))
        rows.append(Feature(row.key, row.name, tuple(rings)))
    return write_layer(tmp_path_factory.mktemp("dense") / "areas.shp", rows)


@posix
@pytest.mark.parametrize(
    ("seconds", "number"), [(0.4, signal.SIGTERM), (1.5, signal.SIGINT), (3.0, signal.SIGTERM)]
)
def test_a_signal_stops_it_at_once_and_leaves_nothing(
    number: int, seconds: float, folder: Path, dense: Path
) -> None:
    before = sorted(folder.iterdir())
    words = command(folder, *COUNTIES, "--boundaries", str(dense))
    # From when on it hears signals, which is before it imports much.
    code = "import koopopt.cli; print(flush=True); koopopt.cli.main()"
    with started([sys.executable, "-c", code, *words]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "\n"
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
        began = time.monotonic()
        _, err = process.communicate(timeout=60)
    assert time.monotonic() - began < 10  # 0.2 s on a quiet machine
    assert "Traceback" not in err
    assert process.returncode in (0, 130)
    if process.returncode == 130:
        assert sorted(folder.iterdir()) == before
        assert "Stopped" in err


def test_the_helper_writes_what_the_register_holds() -> None:
    assert {len(row) for row in register_lines()} == {220}
