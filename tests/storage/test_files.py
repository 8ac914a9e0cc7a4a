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
