"""Files that are no extract, or none of use: told in words, never as a traceback."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pyrosm
import pytest

from importing.roads.maps import ROAD, ROOM, draw, north
from koopopt.errors import DataError, UsageError
from koopopt.importing.roads.extract import library, read_roads

REAL = Path(pyrosm.__file__).parent / "data" / "test.osm.pbf"


def refused(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_roads(path, ROOM)
    assert str(path.parent) not in caught.value.render()
    return caught.value.render()


@pytest.mark.parametrize("ending", [".osm.pbf", ".osm", ".osm.bz2", ".opl"])
def test_all_formats_say_the_same(tmp_path: Path, ending: str) -> None:
    nodes = north(0, 5, 10)
    path = draw(tmp_path / f"map{ending}", nodes, [((1, 2, 3), ROAD)])
    roads = read_roads(path, ROOM)
    assert roads.ids.tolist() == [1, 2, 3]
    assert roads.nodes.tolist() == [0, 1, 2]
    assert roads.lat[2] == pytest.approx(nodes[3][0], abs=1e-7)


def test_what_is_no_extract(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("Hello", encoding="utf-8")
    assert "cannot be read as an extract" in refused(text)
    fake = tmp_path / "fake.osm.pbf"
    fake.write_bytes(b"Hello" * 99)
    assert "fake.osm.pbf: The file cannot be read" in refused(fake)
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(REAL.read_bytes()[:60_000])
    assert refused(cut).endswith(
        "The file cannot be read as an extract of OpenStreetMap. Take a file such as"
        " region.osm.pbf, and load it anew if it is not complete."
    )
    (tmp_path / "empty.osm.pbf").touch()
    assert "empty.osm.pbf" in refused(tmp_path / "empty.osm.pbf")
    assert "There is no such file." in refused(tmp_path / "missing.osm.pbf")
    assert "no file" in refused(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.osm.pbf")
    assert "no file" in refused(tmp_path / "pipe.osm.pbf")


def test_an_address_is_no_file() -> None:
    """Osmium would fetch it."""
    with pytest.raises(DataError, match="There is no such file"):
        read_roads(Path("https://example.org/map.osm.pbf"), ROOM)


def test_history_is_refused(tmp_path: Path) -> None:
    path = draw(tmp_path / "map.osc", north(0, 1), [((1, 2), ROAD)])
    assert "history" in refused(path)


def test_an_extract_without_roads(tmp_path: Path) -> None:
    path = draw(tmp_path / "map.osm.pbf", north(0, 1), [((1, 2), {"waterway": "river"})])
    assert "no road for cars" in refused(path)
    path = draw(tmp_path / "one.osm.pbf", north(0), [((1,), ROAD)])
    assert "no road for cars" in refused(path)


def test_memory_is_bounded() -> None:
    with pytest.raises(UsageError, match="more memory than"):
        read_roads(REAL, 1000)


def test_the_extra_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(UsageError, match=r"koopopt\[roads\]"):
        library()
