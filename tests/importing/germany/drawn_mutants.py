"""Official polygons with one thing wrong each: see `mutants.py`."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

from importing.germany.mutants import AREAS, LAST, A, C, E, H, Mutant, Mutation, raw
from importing.germany.official import (
    Feature,
    at,
    collection,
    features,
    ring,
    write_geojson,
    write_layer,
)

Change = Callable[[list[Feature]], list[Feature]]
Json = dict[str, Any]


def rows(change: Change, **options: Any) -> Mutation:
    """Change the features of the GeoJSON."""

    def go(folder: Path) -> None:
        write_geojson(folder / AREAS, change(features()), **options)

    return go


def each(change: Callable[[Feature], Feature], *keys: str) -> Change:
    """Change some features, by default all."""
    return lambda found: [change(r) if not keys or r.key in keys else r for r in found]


def document(change: Callable[[Json], Any]) -> Mutation:
    """Change the GeoJSON itself."""

    def go(folder: Path) -> None:
        whole = collection(features())
        (folder / AREAS).write_text(json.dumps(change(whole) or whole), encoding="utf-8")

    return go


def shape(key: str, change: Callable[[Json], Any]) -> Mutation:
    """Change the geometry of one feature of the GeoJSON."""

    def go(whole: Json) -> None:
        feature = next(f for f in whole["features"] if f["properties"]["AGS"] == key)
        feature["geometry"] = change(feature["geometry"])

    return document(go)


def shapefile(change: Callable[[Path], Any], **options: Any) -> Mutation:
    """Give a shapefile in UTM 32, with something done to its parts."""

    def go(folder: Path) -> str:
        write_layer(folder / "VG5000_GEM.shp", features(), **options)
        return str(change(folder) or "VG5000_GEM.shp")

    return go


def part(ending: str) -> Callable[[Path], None]:
    return lambda folder: (folder / f"VG5000_GEM{ending}").unlink()


def put(ending: str, content: str) -> Callable[[Path], None]:
    def go(folder: Path) -> None:
        (folder / f"VG5000_GEM{ending}").write_text(content, encoding="utf-8")

    return go


def zipped(*names: str, without: str = "-", inside: str = "") -> Callable[[Path], str]:
    """Pack the shapefile under these names."""

    def go(folder: Path) -> str:
        with zipfile.ZipFile(folder / "areas.zip", "w") as archive:
            for name in names:
                for file in folder.glob("VG5000_GEM.*"):
                    if not file.name.endswith(without):
                        archive.write(file, f"{inside}{name}{file.suffix}")
        return "areas.zip"

    return go


def twice_zipped(folder: Path) -> str:
    zipped("VG5000_GEM")(folder)
    with zipfile.ZipFile(folder / "outer.zip", "w") as archive:
        archive.write(folder / "areas.zip", "areas.zip")
    return "outer.zip"


def package(*layers: tuple[str, Change], column: str = "AGS") -> Mutation:
    def go(folder: Path) -> str:
        for k, (layer, change) in enumerate(layers):
            write_layer(folder / "vg250.gpkg", change(features()), layer=layer, append=k > 0,
                        column=column)  # fmt: skip
        return "vg250.gpkg"

    return go


def called(name: str) -> Mutation:
    def go(folder: Path) -> str:
        shutil.copy(folder / AREAS, folder / name)
        return name

    return go


def keyed(change: Callable[[str], Any], *keys: str) -> Change:
    return each(lambda row: replace(row, key=change(row.key)), *keys)


def shrunk(metres: float) -> Change:
    """Draw Cronau smaller (or larger) by some metres to the west and to the south."""
    box = at(2, 2)
    less = metres / 3000
    small = (box[0] + less, box[1] + less, box[2], box[3])
    return each(lambda row: replace(row, rings=(ring(small),)), C)


def halved(row: Feature) -> Feature:
    """Put a corner into the middle of each edge; neighbours have none there."""
    (square,) = row.rings
    middles = [((a + c) / 2, (b + d) / 2) for (a, b), (c, d) in pairwise(square)]
    return replace(row, rings=((*chain(*zip(square, middles, strict=False)), square[-1]),))


def in_other_system(change: Callable[[float, float], tuple[float, float]]) -> Mutation:
    def go(whole: Json) -> None:
        for feature in whole["features"]:
            feature["geometry"]["coordinates"] = _each_point(
                feature["geometry"]["coordinates"], change
            )

    return document(go)


def _each_point(found: Any, change: Callable[[float, float], tuple[float, float]]) -> Any:
    if isinstance(found[0], float):
        return list(change(found[0], found[1]))
    return [_each_point(one, change) for one in found]


def bow(geometry: Json) -> Json:
    """Return the square with a spike that crosses itself outside of it, to no area."""
    ring_ = geometry["coordinates"][0]
    tip = [ring_[2][0] - 1e-7, ring_[2][1] + 1e-7]
    corner = ring_[2]
    return {**geometry, "coordinates": [[*ring_[:2], corner, tip, corner, *ring_[3:]]]}


def figure_eight(geometry: Json) -> Json:
    a, b, c, d, _ = geometry["coordinates"][0]
    return {**geometry, "coordinates": [[a, b, d, c, a]]}


def points(whole: Json) -> None:
    for feature in whole["features"]:
        ring_ = feature["geometry"]["coordinates"][0]
        place = ring_[0] if isinstance(ring_[0][0], float) else ring_[0][0]
        feature["geometry"] = {"type": "Point", "coordinates": place}


def other(**more: Any) -> Callable[[Json], Json]:
    return lambda whole: {**whole, **more}


def nowhere(geometry: Json) -> Json:
    (first, *rest), *_ = geometry["coordinates"]
    return {**geometry, "coordinates": [[[float("nan"), first[1]], *rest]]}


def far(geometry: Json) -> Json:
    coordinates = [[[x * 1e9, y] for x, y in geometry["coordinates"][0]]]
    return {**geometry, "coordinates": coordinates}


NEXT = frozenset({("16901002", C), (C, E)})
CORNER = frozenset({(C, LAST)})  # met by what was drawn too large
LIST = '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>register.txt</SrcDataSource>'
DHDN = 'GEOGCS["DHDN",DATUM["D",SPHEROID["Bessel",6377397,299]],UNIT["Degree",0.017453]]'

KEYS = [
    Mutant("keys lost a zero", rows(keyed(lambda k: k), column="AGS_0"), 0, ()),
    Mutant("ARS instead of AGS", rows(keyed(lambda k: f"{k[:5]}0001{k[5:]}"), column="ARS"), 0,
           ("19 keys were read as those of 8 digits", "169010001001 → 16901001")),
    Mutant("keys as numbers", rows(keyed(int)), 0, ()),
    Mutant("keys as decimals", rows(keyed(float)), 0, ()),
    Mutant("keys as decimals in text", rows(keyed(lambda k: f"{k}.0")), 0,
           ("16901001.0 → 16901001",)),
    Mutant("keys with blanks", rows(keyed(lambda k: f" {k}  ")), 0, ()),
    Mutant("keys of others", rows(keyed(lambda k: "0" + k[1:])), 3,
           ("areas.geojson", "None of its keys is in the register", "--id AGS")),
    Mutant("keys in a column of another name", rows(list, column="SCHLUESSEL"), 3,
           ("No column is known", "SCHLUESSEL, GEN", "--id COLUMN")),
    Mutant("its name given", rows(list, column="SCHLUESSEL"), 0, (), ("--id", "schluessel")),
    Mutant("a wrong name given", rows(list), 2, ("no column 'AGZ'", "AGS"), ("--id", "AGZ")),
    Mutant("a feature without a key", rows(lambda found: [*found, replace(found[0], key=None)]), 0,
           ("1 features have no key",)),
    Mutant("two features of one key",
           rows(lambda found: [*found, replace(found[-1], key=A, rings=(ring(at(-1, 2)),))]), 0,
           ("united: 16901001",)),
    Mutant("a feature twice", rows(lambda found: [*found, found[0]]), 0, ("united: 16901001",)),
    Mutant("two municipalities missing",
           rows(lambda found: [r for r in found if r.key not in (A, C)]), 3,
           ("2 of 16 municipalities have no polygon", "Abach, Stadt (16901001)", "Cronau")),
    Mutant("only one county", rows(lambda found: [r for r in found if r.key < "16902"]), 3,
           ("7 of 16",)),
]  # fmt: skip
SHAPES = [
    Mutant("axes exchanged", in_other_system(lambda x, y: (y, x)), 3,
           ("Latitude and longitude are exchanged", "longitude first")),
    Mutant("elsewhere", in_other_system(lambda x, y: (x + 60, y)), 3,
           ("do not lie in Germany", "--crs")),
    Mutant("metres as degrees", in_other_system(lambda x, y: (x * 1e5, y * 1e5)), 3,
           ("do not lie where their system WGS 84 holds", A)),
    Mutant("one far away", shape(C, far), 3, ("do not lie where", C)),
    Mutant("not a number", shape(C, nowhere), 3, ("without an area were left out: 16901003",)),
    Mutant("height", rows(each(lambda r: replace(r, rings=tuple(
        tuple((x, y, 250.0) for x, y, *_ in one) for one in r.rings)))), 0, ()),
    Mutant("no geometry", shape(C, lambda _: None), 3,
           ("1 of 16 municipalities", "without an area were left out: 16901003")),
    Mutant("empty geometry", shape(C, lambda g: {**g, "coordinates": []}), 3,
           ("without an area were left out: 16901003",)),
    Mutant("a geometry more, empty", document(lambda whole: whole["features"].append(
        {"type": "Feature", "properties": {"AGS": C}, "geometry": None})), 0,
           ("without an area were left out: 16901003",)),
    Mutant("a spike", shape(C, bow), 0, ("Faulty rings were mended: 16901003",)),
    Mutant("a ring like an eight", shape(C, figure_eight), 0,
           ("Faulty rings were mended: 16901003", "its polygon 4.5"),
           less=frozenset({("16901002", C)})),
    Mutant("points", document(points), 3, ("No feature is an area with a key",)),
    Mutant("0.5 m of gap", rows(shrunk(0.5)), 0, ()),
    Mutant("30 m of gap", rows(shrunk(30)), 0, ("within 30 m of each other", "--snap"), less=NEXT),
    Mutant("30 m of gap, closed", rows(shrunk(30)), 0, (), ("--snap", "40")),
    Mutant("300 m of gap", rows(shrunk(300)), 0, ("Cronau (16901003) is connected with no other",
                                                  "nearest is"), less=NEXT),
    Mutant("0.5 m of overlap", rows(shrunk(-0.5)), 0, ()),
    Mutant("30 m of overlap", rows(shrunk(-30)), 0, ("Birken (16901002) – Cronau (16901003)"
           " overlap: both claim 0.09 km²",), more=CORNER),
    Mutant("300 m of overlap", rows(shrunk(-300)), 0, ("both claim 0.90 km²",), more=CORNER),
    Mutant("corners in the middle of edges", rows(each(halved, C, H)), 0, ()),
]  # fmt: skip
FILES = [
    Mutant("no such file", lambda folder: "nonsuch.shp", 3, ("nonsuch.shp", "no such file")),
    Mutant("a folder", lambda folder: ".", 3, ("This is no file",)),
    Mutant("cut off", raw(lambda b: b[: len(b) // 2], AREAS), 3, ("cannot be read",)),
    Mutant("GeoJSON in cp1252", raw(lambda b: b.decode("utf-8").encode("cp1252"), AREAS), 3,
           ("another encoding", "UTF-8")),
    Mutant("GeoJSON in UTF-16", raw(lambda b: b.decode("utf-8").encode("utf-16"), AREAS), 3,
           ("UTF-16", "Export it as UTF-8")),
    Mutant("GeoJSON without features", document(other(features=[])), 3, ("areas.geojson",)),
    Mutant("a list of other files", raw(lambda b: LIST.encode(), AREAS), 3,
           ("not what its name says", "GeoJSON")),
    Mutant("a command", raw(lambda b: b'{"type": "gdal_streamed_alg", "command_line": "x"}', AREAS),
           3, ("cannot be read",)),
    Mutant("a system at an address", document(other(crs={
        "type": "link", "properties": {"href": "http://127.0.0.1:9/"}})), 3, ("address",)),
    Mutant("GeoJSON named shapefile", called("areas.shp"), 3, ("not what its name says",)),
    Mutant("GeoJSON named GeoPackage", called("areas.gpkg"), 3, ("not what its name says", "GPKG")),
    Mutant("KML", called("areas.kml"), 3, ("'.kml' is not read", ".gpkg")),
    Mutant("no ZIP", called("areas.zip"), 3, ("no ZIP archive",)),
    Mutant("shapefile", shapefile(lambda folder: None), 0, ()),
    Mutant("shapefile in cp1252", shapefile(lambda folder: None, encoding="cp1252"), 0, ()),
    Mutant("no .dbf", shapefile(part(".dbf")), 3, ("part of the shapefile", "VG5000_GEM.dbf")),
    Mutant("no .shx", shapefile(part(".shx")), 3, ("part of the shapefile", "VG5000_GEM.shx")),
    Mutant("no .prj", shapefile(part(".prj")), 3, ("no .prj file", "--crs EPSG:25832")),
    Mutant("no .prj, told", shapefile(part(".prj")), 0, (), ("--crs", "EPSG:25832")),
    Mutant("no .prj, nonsense told", shapefile(part(".prj")), 2, ("'metres'", "EPSG:25832"),
           ("--crs", "metres")),
    Mutant("a .prj that lies", shapefile(put(".prj", DHDN)), 3, ("do not lie", "--crs")),
    Mutant("a .prj that says nothing", shapefile(put(".prj", "x")), 3, ("--crs",)),
    Mutant("no .cpg", shapefile(part(".cpg")), 0, ()),
    Mutant("a .cpg that lies", shapefile(put(".cpg", "UTF-8"), encoding="cp1252"), 3,
           ("another encoding", ".cpg")),
    Mutant("shapes cut off", shapefile(lambda folder: (folder / "VG5000_GEM.shp").write_bytes(
        (folder / "VG5000_GEM.shp").read_bytes()[:900]) and None), 3, ("VG5000_GEM.shp",)),
    Mutant("a ZIP", shapefile(zipped("VG5000_GEM")), 0, ()),
    Mutant("a ZIP with a folder", shapefile(zipped("vg5000_gem", inside="daten/ä ö/")), 0, ()),
    Mutant("a ZIP with more layers", shapefile(zipped("VG5000_KRS", "VG5000_GEM")), 0, ()),
    Mutant("a ZIP with two", shapefile(zipped("a", "b")), 2, ("several files", "a.shp", "b.shp")),
    Mutant("a ZIP without .dbf", shapefile(zipped("VG5000_GEM", without=".dbf")), 3,
           ("part of the shapefile", "VG5000_GEM.dbf")),
    Mutant("a ZIP without .prj", shapefile(zipped("VG5000_GEM", without=".prj")), 3, ("--crs",)),
    Mutant("a ZIP in a ZIP", shapefile(twice_zipped), 3, ("no polygons in the archive",
                                                         "areas.zip")),
    Mutant("GeoPackage", package(("vg250_gem", list)), 0, ()),
    Mutant("keys as whole numbers", package(("vg250_gem", keyed(int))), 0, ()),
    Mutant("more layers", package(("vg250_krs", keyed(lambda k: k[:5])), ("vg250_gem", list)), 0,
           ()),
    Mutant("two layers", package(("a", list), ("b", list)), 2, ("several layers: a, b", "--layer")),
    Mutant("two layers, one told", package(("a", list), ("b", list)), 0, (), ("--layer", "b")),
    Mutant("a layer that is not there", package(("a", list)), 2, ("no layer 'c'",),
           ("--layer", "c")),
    Mutant("an empty layer", package(("vg250_gem", lambda found: found[:0])), 3, ("no features",)),
]  # fmt: skip
