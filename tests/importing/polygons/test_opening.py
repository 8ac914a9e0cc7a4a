"""No file leads to another one or to a network, whatever it is called."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from importing.germany.official import collection, features, write_geojson, write_layer
from koopopt.errors import DataError, UsageError
from koopopt.importing.polygons import opening
from koopopt.importing.polygons.layer import open_layer
from koopopt.importing.polygons.opening import openable

pytest.importorskip("pyogrio")


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """Listen on this machine, and note who asks."""
    asked: list[str] = []

    class Note(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    listening = HTTPServer(("127.0.0.1", 0), Note)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_port}/x", asked
    listening.shutdown()
    listening.server_close()


def crs(kind: str, address: str) -> str:
    member = {"type": kind, "properties": {"href": address, "url": address}}
    return json.dumps({"crs": member, **collection(features())})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.geojson", crs("link", "URL")),
        ("a.geojson", crs("Url", "URL")),
        ("a.geojson", crs("link", "URL").replace('"link"', '"l\\u0069nk"')),
        ("a.geojson", crs("link", "URL").replace(": ", " :\n\t ")),
        ("a.json", '<OGRWFSDataSource><URL>URL</URL></OGRWFSDataSource>'),
        ("a.shp", '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/vsicurl/URL'
                  "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"),
        ("a.gpkg", "URL"),
        ("a.json", '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read '
                   '/vsicurl/URL ! write --output-format=stream streamed_dataset"}'),
        ("a.json", '{"services": "URL", "currentVersion": 10.1}'),
    ],
)  # fmt: skip
def test_no_file_reaches_a_network(
    name: str, content: str, server: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = server
    (tmp_path / name).write_text(content.replace("URL", address), encoding="utf-8")
    (tmp_path / "a.dbf").touch()
    (tmp_path / "a.shx").touch()
    with pytest.raises(DataError) as caught:
        open_layer(tmp_path / name)
    assert name in str(caught.value)
    assert asked == []


def test_no_file_leads_to_another(tmp_path: Path) -> None:
    write_geojson(tmp_path / "secret.geojson", features())
    leads = (
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{tmp_path}/secret.geojson'
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        json.dumps({"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read"
                    f" {tmp_path}/secret.geojson ! write --output-format=stream s"}),
    )  # fmt: skip
    for content in leads:
        for name in ("a.geojson", "a.json", "a.shp", "a.gpkg"):
            (tmp_path / name).write_text(content, encoding="utf-8")
            with pytest.raises(DataError):
                open_layer(tmp_path / name)


def test_ordinary_systems_are_no_address(tmp_path: Path) -> None:
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    text = json.dumps({"crs": named, **collection(features())})
    (tmp_path / "a.geojson").write_text(f"\ufeff \n{text}", encoding="utf-8")
    assert open_layer(tmp_path / "a.geojson").system == "EPSG:25832"


def test_what_lies_far_behind_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_CHUNK", 4096)
    whole = collection(features())
    for pad in range(0, 4096, 64):
        text = json.dumps({"name": "x" * pad, **whole, "crs": {"type": "link"}})
        (tmp_path / "a.geojson").write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match="address"):
            openable(tmp_path / "a.geojson")


def packed(path: Path, *names: str, content: bytes = b"{}") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("names", "inside"),
    [
        (("a.geojson", "readme.txt"), "a.geojson"),
        (("daten/VG250_GEM.geojson", "daten/VG250_KRS.geojson"), "daten/VG250_GEM.geojson"),
        (("__MACOSX/._a.geojson", "a.geojson"), "a.geojson"),
        (("../../a.geojson",), "../../a.geojson"),
    ],
)
def test_one_file_of_an_archive(names: tuple[str, ...], inside: str, tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", *names)
    assert openable(path) == (f"GeoJSON:/vsizip/{path}/{inside}", f"a.zip/{inside}")


def test_archives_that_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"several files.*a\.json, b\.gpkg"):
        openable(packed(tmp_path / "a.zip", "a.json", "b.gpkg"))
    with pytest.raises(DataError, match="no polygons in the archive"):
        openable(packed(tmp_path / "b.zip", "a.csv"))
    with pytest.raises(DataError, match="no ZIP archive"):
        openable(write_geojson(tmp_path / "c.zip", features()))
    monkeypatch.setattr(opening, "MAX_BYTES", 1)  # of what is inside
    with pytest.raises(DataError, match=r"d\.zip/a\.json: The file is larger"):
        openable(packed(tmp_path / "d.zip", "a.json"))


def test_an_archive_that_is_damaged_or_locked(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", json.dumps(collection(features())))
    content = bytearray(path.read_bytes())
    for place in range(200, 400):
        content[place] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"a\.zip"):
        open_layer(path)
    locked = bytearray(packed(tmp_path / "b.zip", "a.geojson").read_bytes())
    locked[6] |= 1  # encrypted, in both headers
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "b.zip").write_bytes(locked)
    with pytest.raises(DataError, match="cannot be opened"):
        openable(tmp_path / "b.zip")


def test_parts_of_a_shapefile_in_any_case(tmp_path: Path) -> None:
    write_layer(tmp_path / "a.shp", features())
    (tmp_path / "a.dbf").rename(tmp_path / "a.DBF")
    (tmp_path / "a.shx").rename(tmp_path / "A.SHX")
    assert openable(tmp_path / "a.shp")[1] == "a.shp"
    (tmp_path / "a.DBF").unlink()
    with pytest.raises(DataError, match=r"part of the shapefile is missing: a\.dbf"):
        openable(tmp_path / "a.shp")
