"""`koopopt report`, and `--report` of other commands: what is written, where, and what is wrong."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from koopopt.case.fingerprint import fingerprint
from koopopt.errors import DataError
from koopopt.storage import reading, run_reading

SIGNATURES = {
    ".html": b"<!doctype html>",
    ".xlsx": b"PK",
    ".gpkg": b"SQLite format 3",
    ".geojson": b"{",
    ".svg": b"<svg",
    ".png": b"\x89PNG",
}
"""How files begin, in small letters where they are text."""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOOPOPT_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def solved(run: Any, tmp_path: Path) -> str:
    """The folder of a run of three-villages, whose best plan is that all three pool."""
    assert run("solve", "three-villages", "--out", "run", "--quiet").exit_code == 0
    return "run"


@pytest.fixture
def front(run: Any, tmp_path: Path) -> str:
    """The folder of the front of three-villages: three plans, the last one all alone."""
    assert run("front", "three-villages", "--out", "front", "--quiet").exit_code == 0
    return "front"


def kind(path: Path) -> bool:
    """Whether a file is what its name says."""
    begin = path.read_bytes().lstrip()[:200]
    said = SIGNATURES[path.suffix]
    return begin.startswith(said) or begin.lower().startswith(said)


# -- what is written ---------------------------------------------------------------------------


def test_unless_said_it_is_one_page(run: Any, solved: str) -> None:
    result = run("report", solved)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("Written: report.html (")
    assert kind(Path("report.html"))
    german = run("report", f"{solved}/run.json", "--lang", "de")
    assert german.stdout.startswith("Geschrieben: report.html (")


@pytest.mark.parametrize("which", ["run.json", "front.json"])
def test_a_report_never_replaces_what_it_is_made_from(
    run: Any, solved: str, front: str, which: str
) -> None:
    source = Path(solved if which == "run.json" else front)
    for named in (source, source / which):
        before = (source / which).read_bytes()
        result = run("report", str(named), "-o", str(source / "." / which))
        assert result.exit_code == 2
        assert "is what the report is made from" in result.stderr
        assert (source / which).read_bytes() == before


@pytest.mark.parametrize("ending", SIGNATURES)
def test_the_ending_decides(run: Any, front: str, ending: str) -> None:
    path = Path(f"out{ending.upper() if ending == '.html' else ending}")
    path.write_text("old", encoding="utf-8")
    result = run("report", front, "-o", str(path))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(f"Written: {path} (")
    assert result.stdout.count("\n") == 1
    assert kind(path.rename(f"out{ending}"))


def test_several_files_at_once(run: Any, solved: str) -> None:
    result = run("report", solved, "-o", "a.html", "-o", "b.geojson", "-o", "a.html")
    assert result.exit_code == 0, result.stderr
    assert [line.split()[1] for line in result.stdout.splitlines()] == ["a.html", "b.geojson"]
    assert Path("a.html").exists()
    assert Path("b.geojson").exists()


@pytest.mark.parametrize("source", ["solved", "front"])
def test_a_folder_gets_everything(run: Any, source: str, request: Any) -> None:
    Path("all").mkdir()
    Path("all/notes.txt").write_text("mine", encoding="utf-8")
    result = run("report", request.getfixturevalue(source), "-o", "all")
    assert result.exit_code == 0, result.stderr
    names = {"report.html", "plan.xlsx", "partnerships.gpkg", "partnerships.geojson",
             "map-library.svg", "map-library.png"}  # fmt: skip
    if source == "front":
        names |= {"trade-offs.svg", "trade-offs.png"}
    there = {path.name for path in Path("all").iterdir()}
    assert there == names | {"notes.txt"}
    assert all(kind(Path("all") / name) for name in names)
    shown = [line.split()[1] for line in result.stdout.splitlines()]
    assert {Path(name).name for name in shown} == names
    assert len(shown) == len(names)


def test_the_plan_that_is_asked_for(run: Any, front: str) -> None:
    assert run("report", front, "--plan", "2", "-o", "two.geojson").exit_code == 0
    features = json.loads(Path("two.geojson").read_text(encoding="utf-8"))["features"]
    pools = [f["properties"] for f in features if f["properties"]["layer"] == "partnerships"]
    assert [pool["seat"] for pool in pools] == ["B"]
    assert len(pools) == 1
    assert run("report", front, "--plan", "3", "-o", "three.geojson").exit_code == 0
    features = json.loads(Path("three.geojson").read_text(encoding="utf-8"))["features"]
    assert not [f for f in features if f["properties"]["layer"] == "partnerships"]


def test_pictures_show_what_is_asked_for(run: Any, front: str, solved: str) -> None:
    def drawn(*args: str) -> str:
        result = run("report", *args, "-o", "picture.svg")
        assert result.exit_code == 0, result.stderr
        text = Path("picture.svg").read_text(encoding="utf-8")
        return re.sub(r"_\d+", "", text)  # gradients are numbered by what was drawn before

    assert "Distelrode" not in drawn(front)  # the chart, with criteria at its axes
    assert "Distelrode" in drawn(front, "--show", "map")
    assert "Distelrode" in drawn(solved)
    assert drawn(solved) == drawn(solved, "--show", "map", "--service", "library")
    assert drawn(front) == drawn(front, "--show", "chart")


def square(lon: float, lat: float) -> dict[str, Any]:
    ring = [[lon, lat], [lon, lat + 0.1], [lon + 0.1, lat + 0.1], [lon + 0.1, lat], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def boundaries(**changes: Any) -> Path:
    """Write boundaries of two villages, in each way that names them, and of a place elsewhere."""
    features = [
        {"type": "Feature", "id": "A", "properties": {}, "geometry": square(9.95, 49.95)},
        {"type": "Feature", "id": 7, "properties": {"ags": "B"}, "geometry": square(10.05, 49.95)},
        {"type": "Feature", "properties": {"id": "C"}, "geometry": square(10.15, 49.95)},
        {"type": "Feature", "id": "Z", "properties": None, "geometry": {"type": "Point"}},
        "no feature at all",
    ]
    table = {"type": "FeatureCollection", "features": features, "attribution": "© the surveyor"}
    path = Path("shapes.geojson")
    path.write_text(json.dumps(table | changes), encoding="utf-8")
    return path


def test_boundaries_from_elsewhere(run: Any, solved: str) -> None:
    result = run("report", solved, "--boundaries", str(boundaries()), "-o", "plan.geojson")
    assert result.exit_code == 0, result.stderr
    text = Path("plan.geojson").read_text(encoding="utf-8")
    assert "© the surveyor" in text
    (pool,) = [
        f for f in json.loads(text)["features"] if f["properties"]["layer"] == "partnerships"
    ]
    x = [point[0] for point in pool["geometry"]["coordinates"][0]]
    assert (min(x), max(x)) == pytest.approx((9.95, 10.25))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"features": []}, "No feature has the id of one of the municipalities"),
        ({"features": {}}, "no GeoJSON FeatureCollection"),
        ({"type": "Feature"}, "No feature has the id"),
        ({"type": "Topology"}, "TopoJSON"),
        ({"features": [{"id": "A", "geometry": {"type": "Point"}}]}, "neither a Polygon"),
        ({"features": [{"id": "A", "geometry": square(60, 50)}] * 2}, "km from"),
        ({"features": [{"id": "A", "geometry": square(1e6, 5e6)}]}, "no degrees"),
    ],
)
def test_faulty_boundaries(run: Any, solved: str, changes: Any, said: str) -> None:
    result = run("report", solved, "--boundaries", str(boundaries(**changes)))
    assert result.exit_code == 3
    assert said in result.stderr
    assert "shapes.geojson" in result.stderr
    assert not Path("report.html").exists()


def test_boundaries_do_not_touch_the_proof(run: Any, front: str) -> None:
    """The front's data are compared before boundaries are put in, and keep their fingerprint."""
    from koopopt.report.values.decision import Decision

    found = reading.any_of(front)
    decision = Decision.of(found).with_boundaries({"A": square(10, 50)}, "somebody")
    assert decision.problem.instance.boundaries.keys() == {"A"}
    assert decision.fingerprint == fingerprint(found.subject.instance)
    assert decision.problem.instance.fingerprint == fingerprint(decision.problem.instance)
    assert all(plan.problem is decision.problem for plan in decision.plans)
    assert [plan.criteria for plan in decision.plans] == [e.criteria for e in found.evaluations()]
    assert decision.problem.instance.sources[-1]["from"] == "somebody"


# -- --report of solve and front ---------------------------------------------------------------


@pytest.mark.parametrize("command", ["solve", "front"])
def test_a_report_at_once(run: Any, command: str) -> None:
    plain = run(command, "three-villages", "--quiet")
    result = run(command, "three-villages", "--report", "a.html", "--report", "b.geojson")
    assert result.exit_code == 0, result.stderr
    assert "Written: a.html (" in result.stderr
    assert result.stdout.splitlines()[:3] == plain.stdout.splitlines()[:3]
    assert "Written" not in result.stdout
    assert kind(Path("a.html"))
    assert kind(Path("b.geojson"))


@pytest.mark.parametrize("command", ["solve", "front"])
def test_json_stays_alone_on_standard_output(run: Any, command: str) -> None:
    result = run(command, "three-villages", "--json", "--quiet", "--report", "a.geojson")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["instance"] == "three-villages"
    assert result.stderr == ""
    assert Path("a.geojson").exists()


@pytest.mark.parametrize("command", ["solve", "front"])
def test_without_a_plan_there_is_no_report(run: Any, command: str) -> None:
    result = run(command, "three-villages", "--limit", "cost=1", "--report", "a.html")
    assert result.exit_code == 4
    assert "There is no plan, so no report was written." in result.stderr
    assert not Path("a.html").exists()


@pytest.mark.parametrize("command", ["solve", "front"])
def test_names_are_checked_before_solving(run: Any, command: str) -> None:
    result = run(command, "three-villages", "--report", "a.pdf", "--out", "out")
    assert result.exit_code == 2
    assert "nothing is written with this ending" in result.stderr
    assert result.stdout == ""
    assert not list(Path("out").glob("*"))


@pytest.mark.parametrize("command", ["solve", "front"])
def test_a_full_disk_does_not_cost_the_result(
    run: Any, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    result = run(command, "three-villages", "--json", "--quiet", "--report", "a.geojson")
    assert result.exit_code == 2
    assert "No space left" in result.stderr
    assert json.loads(result.stdout)["instance"] == "three-villages"
    assert not Path("a.geojson").exists()


def test_models_have_no_report(run: Any) -> None:
    result = run("front", "--model", "x.mps", "--report", "a.html")
    assert result.exit_code == 2
    assert "--report is for instances" in result.stderr


# -- what is wrong -----------------------------------------------------------------------------

WRONG = [
    (["-o", "a.pdf"], 2, "known are .html, .xlsx, .gpkg, .geojson"),
    (["-o", "a.html", "-o", "b.doc"], 2, "'b.doc'"),
    (["-o", "gone/a.html"], 2, "cannot be written"),
    (["--plan", "0"], 2, "--plan is 0"),
    (["--plan", "4"], 2, "There is no plan 4; there are 3"),
    (["--show", "pie", "-o", "a.svg"], 2, "Known are chart, map"),
    (["--show", "chart", "--service", "library", "-o", "a.svg"], 2, "A chart shows plans"),
    (["--show", "map"], 2, "--show means nothing without -o FILE.svg"),
    (["--service", "library"], 2, "--service means nothing without -o FILE.svg"),
    (["--service", "libary", "-o", "a.svg"], 2, "Did you mean 'library'"),
    (["--boundaries", "gone.geojson"], 3, "gone.geojson: The file is missing"),
    (["--instance", "valley"], 3, "other data"),
    (["--instance", "gone"], 3, "cannot be read"),
]


@pytest.mark.parametrize(("options", "code", "said"), WRONG, ids=range(len(WRONG)))
def test_usage(run: Any, front: str, options: list[str], code: int, said: str) -> None:
    before = sorted(Path().rglob("*"))
    result = run("report", front, *options)
    assert result.exit_code == code, result.output
    assert said in result.stderr
    assert result.stdout == ""
    assert sorted(Path().rglob("*")) == before


def test_a_single_plan_has_no_chart(run: Any, solved: str) -> None:
    result = run("report", solved, "--show", "chart", "-o", "a.svg")
    assert result.exit_code == 2
    assert "single plan" in result.stderr
    assert run("report", solved, "--plan", "2").exit_code == 2


def test_a_folder_with_neither(run: Any) -> None:
    result = run("report", ".")
    assert result.exit_code == 3
    assert "neither a run nor a front" in result.stderr


@pytest.mark.parametrize("out", ["a.html", "all"])
def test_a_failure_leaves_what_was_there(
    run: Any, front: str, out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("report", front, "-o", out).exit_code == 0
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    result = run("report", front, "-o", out, "--lang", "de")
    assert result.exit_code in (1, 2)
    assert "der Datenträger ist voll" in result.stderr
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(("module", "ending"), [("openpyxl", ".xlsx"), ("pyogrio", ".gpkg")])
def test_a_package_that_is_missing(
    run: Any, solved: str, module: str, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from koopopt.report import write

    real = write.find_spec
    monkeypatch.setattr(write, "find_spec", lambda name: None if name == module else real(name))
    result = run("report", solved, "-o", f"a{ending}")
    assert result.exit_code == 2
    assert f"pip install {module}" in result.stderr
    result = run("report", solved, "-o", "all")
    assert result.exit_code == 0, result.stderr
    assert f"Left out: {ending} files need the package {module}: pip" in result.stdout
    assert not list(Path("all").glob(f"*{ending}"))
    assert Path("all/report.html").exists()


def test_the_file_for_qgis_is_a_database(run: Any, solved: str) -> None:
    assert run("report", solved, "-o", "plan.gpkg").exit_code == 0
    with sqlite3.connect("plan.gpkg") as database:
        (count,) = database.execute("select count(*) from partnerships").fetchone()
    assert count == 1


# -- runs --------------------------------------------------------------------------------------


def test_a_chosen_plan_is_a_run(run: Any, tmp_path: Path) -> None:
    front, chosen = str(tmp_path / "front"), str(tmp_path / "chosen")
    asked = ["front", "three-villages", "--limit", "travel=300", "--out", front, "--no-journal"]
    assert run(*asked).exit_code == 0
    assert run("choose", front, "--point", "1", "--out", chosen).exit_code == 0
    again = run_reading.read(chosen)
    assert again.criteria["cost"] == 130_000
    assert again.problem.limits == {"travel": 300}
    assert again.gap is None


def test_the_instance_is_found_where_it_was(run: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    run("new", "mine")
    for name in ("three-villages", "mine"):
        assert run("solve", name, "--out", f"run-{name}").exit_code == 0
    source = json.loads(Path("run-mine/run.json").read_text(encoding="utf-8"))["source"]
    assert source == str(tmp_path / "mine")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for name in ("three-villages", "mine"):
        assert run_reading.read(f"../run-{name}").problem.instance.name == name
    (tmp_path / "mine").rename(tmp_path / "moved")
    with pytest.raises(DataError, match="give it with --instance"):
        run_reading.read("../run-mine")
    assert run_reading.read("../run-mine", instance="../moved").plan is not None
