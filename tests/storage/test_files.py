"""Folders and files that results go into: prepared, replaced whole, refused in words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import koopopt
import tiny
from koopopt.errors import UsageError
from koopopt.problem import Problem
from koopopt.storage import files
from koopopt.system.beside import TEMPORARY_PREFIX


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError):
        files.prepare(tmp_path)


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError):
        files.prepare(tmp_path / "file")
    with pytest.raises(UsageError):
        files.prepare(tmp_path / "file" / "below")
    files.prepare(tmp_path / "new" / "folder")
    assert (tmp_path / "new" / "folder").is_dir()


def test_a_single_file_is_replaced_whole(tmp_path: Path) -> None:
    files.replace(tmp_path / "a.lp", "one")
    files.replace(tmp_path / "a.lp", "two")
    assert (tmp_path / "a.lp").read_text(encoding="utf-8") == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["a.lp"]
    with pytest.raises(UsageError):
        files.replace(tmp_path / "missing" / "a.lp", "x")


def test_what_cannot_be_written_is_called_as_it_was_asked_for() -> None:
    waiting = Path("all") / f"{TEMPORARY_PREFIX}x7" / "plan.gpkg"
    said = files.not_written(waiting, OSError(28, "No space left on device")).render()
    assert said == f"'{Path('all', 'plan.gpkg')}' cannot be written: No space left on device."


@pytest.mark.parametrize("name", ["a\0b", "a\0b.xlsx"])
def test_a_path_that_no_system_has_is_told(name: str) -> None:
    result = tiny.result(Problem.of(koopopt.read("three-villages")))
    for value in (result, result.problem.instance):
        with pytest.raises(UsageError, match="cannot be written"):
            koopopt.save(value, name)


def two(folder: Path, content: str, *also: str) -> None:
    """Write a.csv, what else is named, and all.json."""

    def tables(there: Path) -> None:
        for name in ("a.csv", *also):
            (there / name).write_text(content, encoding="utf-8")

    names = ("a.csv", "b.csv", "c.csv", "all.json")
    files.write_folder(folder, tables, "all.json", content, names)


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.iterdir() if path.is_file()}


def test_no_file_of_a_folder_is_replaced_where_one_cannot_be(tmp_path: Path) -> None:
    two(tmp_path, "old", "b.csv")
    (tmp_path / "b.csv").chmod(0o444)
    with pytest.raises(UsageError, match=r"b\.csv' cannot be written: it is write-protected"):
        two(tmp_path, "new", "b.csv")
    with pytest.raises(UsageError, match="write-protected"):
        files.prepare(tmp_path, ["a.csv", "b.csv"])
    assert set(contents(tmp_path).values()) == {"old"}
    (tmp_path / "b.csv").unlink()
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(UsageError, match="it is no file"):
        two(tmp_path, "new", "b.csv")
    assert set(contents(tmp_path).values()) == {"old"}


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_links_in_a_folder_stay_links(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.csv").symlink_to(tmp_path / "elsewhere.csv")
    two(tmp_path / "out", "new")
    assert (tmp_path / "out" / "a.csv").is_symlink()
    assert (tmp_path / "elsewhere.csv").read_text("utf-8") == "new"


def test_what_an_older_result_had_besides_is_removed(tmp_path: Path) -> None:
    for name in ("c.csv", "mine.csv"):
        (tmp_path / name).write_text("mine", encoding="utf-8")
    two(tmp_path, "old", "b.csv")
    assert contents(tmp_path)["c.csv"] == "mine"  # there was no result: it is somebody's own
    two(tmp_path, "new")
    assert contents(tmp_path) == {"a.csv": "new", "all.json": "new", "mine.csv": "mine"}


def test_half_a_character_is_told(tmp_path: Path) -> None:
    two(tmp_path, "old")
    for write in (lambda: two(tmp_path, "\ud800"), lambda: files.replace(tmp_path / "x", "\ud800")):
        with pytest.raises(UsageError, match="surrogates not allowed"):
            write()
    assert contents(tmp_path) == {"a.csv": "old", "all.json": "old"}
