"""What commands refuse to write over: the files that they read, and instances."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import koopopt
from koopopt.case import resources
from koopopt.writing.instance import write_workbook

VILLAGES = resources.instances()["three-villages"]


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KOOPOPT_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def villages(tmp_path: Path) -> Path:
    """The folder ``vi`` with an instance, and ``vi.xlsx`` with the same."""
    folder = tmp_path / "vi"
    folder.mkdir()
    for file in VILLAGES.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    write_workbook(koopopt.read(folder), "vi.xlsx")
    return folder


def contents() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}


@pytest.fixture
def refused(run: Any) -> Any:
    """Run a command that must be refused in one sentence, without progress and changes."""

    def go(*args: str, naming: str) -> None:
        before = contents()
        result = run(*args)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        assert result.stderr.startswith("Error: ")
        assert result.stderr.count("\n") == 1
        assert repr(naming) in result.stderr
        assert "another" in result.stderr
        assert contents() == before

    return go


@pytest.mark.parametrize("command", ["solve", "front"])
@pytest.mark.parametrize("source", ["vi", "three-villages"])
def test_no_results_into_the_folder_of_an_instance(
    refused: Any, villages: Path, command: str, source: str
) -> None:
    refused(command, source, "--out", "vi", naming="vi")
    refused(command, source, "--out", "./vi/../vi", naming="vi/../vi")
    refused(command, source, "--report", "vi", naming="vi")
    os.symlink("vi", "link")
    refused(command, source, "--out", "link", naming="link")


def test_an_instance_without_settings_is_one(refused: Any, villages: Path) -> None:
    (villages / "instance.toml").unlink()
    refused("solve", "three-villages", "--out", "vi", naming="vi")


@pytest.mark.parametrize("name", ["travel.csv", "demand.csv", "Status_Quo.csv", "own.toml"])
def test_no_file_of_an_instance_is_written(refused: Any, villages: Path, name: str) -> None:
    """Whether it is there, is read, or neither."""
    settings = (villages / "instance.toml").read_text("utf-8")
    named = settings.replace("services = [", 'services = ["own.toml", ', 1)
    assert named != settings
    (villages / "instance.toml").write_text(named, "utf-8")
    for source in ("vi", "three-villages"):
        command = ("export", source, "--format", "mps", "-o", f"vi/{name}")
        refused(*command, naming=f"vi/{name}")


def test_files_are_known_by_any_name(refused: Any, villages: Path) -> None:
    os.symlink("vi/travel.csv", "soft.lp")
    os.link("vi/travel.csv", "hard.lp")
    for name in ("soft.lp", "hard.lp"):
        refused("export", "vi", "--format", "lp", "-o", name, naming=name)


def test_a_workbook_that_is_an_instance_stays(refused: Any, run: Any, villages: Path) -> None:
    refused("solve", "vi.xlsx", "--report", "vi.xlsx", naming="vi.xlsx")
    refused("solve", "three-villages", "--report", "vi.xlsx", naming="vi.xlsx")
    Path("vi.xlsx").rename("plan.xlsx")
    refused("front", "plan.xlsx", "--report", ".", naming="plan.xlsx")
    assert run("solve", "three-villages", "--out", "run", "--quiet").exit_code == 0
    refused("report", "run", "-o", "plan.xlsx", naming="plan.xlsx")


def test_models_and_journals(refused: Any, run: Any) -> None:
    run("export", "three-villages", "--format", "mps", "-o", "m.mps")
    refused("front", "--model", "m.mps", "--journal", "./../" + Path().absolute().name + "/m.mps",
            naming="../" + Path().absolute().name + "/m.mps")  # fmt: skip
    Path("m.mps").rename("front.csv")
    refused("front", "--model", "front.csv", "--out", ".", naming="front.csv")


def test_fronts_and_boundaries(refused: Any, run: Any, villages: Path) -> None:
    assert run("front", "vi", "--out", "vf", "--quiet").exit_code == 0
    refused("choose", "vf", "--point", "1", "--out", "vi", naming="vi")
    refused("report", "vf", "-o", "vi/boundaries.geojson", naming="vi/boundaries.geojson")
    Path("b.geojson").write_text("{}", "utf-8")
    refused("report", "vf", "--boundaries", "b.geojson", "-o", "b.geojson", naming="b.geojson")
    Path("run.json").write_bytes(Path("vf/front.json").read_bytes())
    refused("choose", "run.json", "--out", ".", naming="run.json")


def test_results_are_written_again(run: Any) -> None:
    """Also where their folder has the name of the instance."""
    name = "three-villages"
    for command in (
        ("solve", name, "--out", name, "--report", name),
        ("front", name, "--out", name),
        ("choose", f"{name}/front.json", "--out", name),
        ("choose", name, "--out", name),
        ("front", name, "--out", name),
        ("solve", name, "--out", name, "--report", name),
        ("report", f"{name}/run.json", "-o", name),
        ("export", name, "--format", "mps", "-o", f"{name}/municipalities.csv"),
    ):
        result = run(*command)
        assert result.exit_code == 0, (command, result.output)


def test_a_report_beside_an_instance(run: Any, villages: Path) -> None:
    result = run("solve", "vi", "--report", "vi/report.html", "--out", "vi/results", "--quiet")
    assert result.exit_code == 0, result.output
    assert (villages / "report.html").exists()
