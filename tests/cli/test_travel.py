"""`koopopt travel`: minutes on an extract, in words, files and signals."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import koopopt
from importing.roads.maps import ROAD, draw, north, settled
from koopopt.writing.instance import write
from processes import posix, started

Run = Callable[..., Result]


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A county of two municipalities, 10 km apart."""
    nodes = north(0, 5, 10)
    draw(tmp_path / "map.osm.pbf", nodes, [((1, 2, 3), ROAD)])
    write(settled(nodes[1], nodes[3]), tmp_path / "county")
    return tmp_path / "county"


def test_minutes_are_written_and_their_source_is_named(run: Run, county: Path) -> None:
    result = run("travel", str(county), "--osm", str(county.parent / "map.osm.pbf"))
    assert result.exit_code == 0, result.output
    assert "2 ways by car, on 1 roads with 2 junctions. Median 24 minutes; 15.6" in result.stdout
    assert "© OpenStreetMap contributors, ODbL 1.0" in result.stdout
    assert koopopt.read(county).travel == pytest.approx({("a", "b"): 24, ("b", "a"): 24}, abs=1e-5)
    line = result.stdout.splitlines()[-1].strip()
    settings = county / "instance.toml"
    text = settings.read_text(encoding="utf-8")
    kept = "".join(x for x in text.splitlines(keepends=True) if not x.startswith("sources"))
    settings.write_text(f"sources = [{line}]\n{kept}", encoding="utf-8")
    assert koopopt.read(county).sources[0]["licence"] == "ODbL 1.0"


def test_the_source_fits_the_settings(run: Run, county: Path) -> None:
    settings = county / "instance.toml"
    text = settings.read_text(encoding="utf-8") + '\n[[sources]]\nwhat = "all"\nfrom = "me"\n'
    settings.write_text(text, encoding="utf-8")
    result = run("travel", str(county), "--osm", str(county.parent / "map.osm.pbf"))
    lines = result.stdout.splitlines()
    entry = lines[lines.index("  [[sources]]") :]
    settings.write_text("\n".join([text, *entry]), encoding="utf-8")
    assert [said["from"] for said in koopopt.read(county).sources] == [
        "me", "© OpenStreetMap contributors (map.osm.pbf)",
    ]  # fmt: skip


def test_in_german(run: Run, county: Path) -> None:
    args = ("travel", str(county), "--osm", str(county.parent / "map.osm.pbf"), "--lang", "de")
    result = run(*args)
    assert "Wege mit dem Auto" in result.stdout
    assert "Straßen" in result.stdout
    assert "is not overwritten" not in run(*args).stderr


def test_what_cannot_be_meant(run: Run, county: Path) -> None:
    osm = ("--osm", str(county.parent / "map.osm.pbf"))
    assert run("travel", str(county)).exit_code == 2
    result = run("travel", str(county), "--osm", "https://example.org/map.osm.pbf")
    assert (result.exit_code, (county / "travel.csv").exists()) == (3, False)
    result = run("travel", str(county), *osm, "--within", "20")
    assert result.exit_code == 3
    assert "No two places are within 20 minutes" in result.stderr
    assert run("travel", str(county), *osm, "--within", "0").exit_code == 2
    assert run("travel", str(county), *osm, "--memory", "1").exit_code == 2
    assert run("travel", "three-villages", *osm).exit_code == 2
    (county / "travel.csv").write_text("mine", encoding="utf-8")
    result = run("travel", str(county), *osm)
    assert result.exit_code == 2
    assert "is there already and is not overwritten" in result.stderr
    assert (county / "travel.csv").read_text(encoding="utf-8") == "mine"


SLOW = (
    "import sys, time\n"
    "import koopopt.importing.roads.extract as extract\n"
    "extract.read_roads = lambda path, memory, tell: time.sleep(60)\n"
    "from koopopt.cli import main\n"
    "main()\n"
)
"""The command with an extract that takes a minute."""


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_at_once(county: Path, number: int) -> None:
    args = ["travel", str(county), "--osm", str(county.parent / "map.osm.pbf")]
    with started([sys.executable, "-c", SLOW, *args]) as process:
        assert process.stderr is not None
        process.stderr.readline()  # it works
        began = time.monotonic()
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert time.monotonic() - began < 15
    assert process.returncode == 130, err
    assert "Stopped before all paths were found: nothing is written." in err
    assert "Traceback" not in err
    assert not (county / "travel.csv").exists()


def test_the_time_limit_is_kept(county: Path) -> None:
    args = ["travel", str(county), "--osm", str(county.parent / "map.osm.pbf")]
    command = [sys.executable, "-c", SLOW, *args, "--time-limit", "1"]
    with started(command) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 5, err
    assert "The time limit was over before all paths were found" in err
    assert not (county / "travel.csv").exists()
