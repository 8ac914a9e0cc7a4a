"""A file takes the place of another: whole, through links, with what a database left beside it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from koopopt.errors import UsageError
from koopopt.storage import replacing

LEFT_BY_A_KILLED_PROGRAM = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 1")  # so that pages are written before the end
db.execute(f"PRAGMA journal_mode = {sys.argv[2]}")
db.execute("CREATE TABLE t (x)")
db.execute("INSERT INTO t VALUES ('old')")
if sys.argv[2] != "WAL":
    db.execute("BEGIN")
    for k in range(200):
        db.execute("INSERT INTO t VALUES (?)", ["half done" * 100])
os._exit(9)
"""


def database(path: Path, value: str) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("INSERT INTO t VALUES (?)", [value])
    return path


def values(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [x for (x,) in connection.execute("SELECT x FROM t")]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def new(tmp_path: Path) -> Path:
    (tmp_path / "new").mkdir()
    return database(tmp_path / "new" / "x", "new")


@pytest.fixture
def there(tmp_path: Path) -> Path:
    (tmp_path / "there").mkdir()
    return tmp_path / "there" / "plan #1.gpkg"


@pytest.mark.parametrize(("mode", "left"), [("WAL", "-wal"), ("DELETE", "-journal")])
def test_logs_of_a_killed_program_go_with_the_file(
    new: Path, there: Path, mode: str, left: str
) -> None:
    code = [sys.executable, "-c", LEFT_BY_A_KILLED_PROGRAM, str(there), mode]
    assert subprocess.run(code, check=False).returncode == 9
    assert f"{there.name}{left}" in names(there.parent)
    replacing.place(new, there)
    assert names(there.parent) == {there.name}
    assert values(there) == ["new"]


@pytest.mark.parametrize("old", [None, b"", b"no database", b"SQLite format 3\x00 torn"])
def test_logs_beside_anything_else_go_too(new: Path, there: Path, old: bytes | None) -> None:
    if old is not None:
        there.write_bytes(old)
    for ending in replacing.COMPANIONS:
        Path(f"{there}{ending}").write_bytes(b"something")
    replacing.place(new, there)
    assert names(there.parent) == {there.name}
    assert values(there) == ["new"]


def test_what_is_no_database_has_no_companions(tmp_path: Path, there: Path) -> None:
    page, other = there.with_suffix(".html"), Path(f"{there.with_suffix('.html')}-wal")
    other.write_text("mine", encoding="utf-8")
    (tmp_path / "y").write_text("new", encoding="utf-8")
    replacing.place(tmp_path / "y", page)
    assert (page.read_text("utf-8"), other.read_text("utf-8")) == ("new", "mine")


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_a_database_in_use_is_refused(
    new: Path, there: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacing, "_LOCK_SECONDS", 0.0)
    database(there, "old")
    with closing(sqlite3.connect(there, isolation_level=None)) as reader:
        reader.execute(f"PRAGMA journal_mode = {mode}")
        reader.execute("BEGIN")
        assert reader.execute("SELECT x FROM t").fetchall() == [("old",)]
        for act in (lambda: replacing.check(there), lambda: replacing.place(new, there)):
            with pytest.raises(UsageError, match="another program is using it"):
                act()
        assert reader.execute("SELECT x FROM t").fetchall() == [("old",)]
    replacing.place(new, there)
    assert values(there) == ["new"]
    assert names(there.parent) == {there.name}


def test_nobody_reads_while_it_is_replaced(
    new: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database(there, "old")
    move = os.replace

    def watched(a: Path, b: Path) -> None:
        assert names(there.parent) == {there.name}
        with (
            closing(sqlite3.connect(there, timeout=0)) as reader,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            reader.execute("SELECT x FROM t")
        move(a, b)

    monkeypatch.setattr(os, "replace", watched)
    replacing.place(new, there)
    assert values(there) == ["new"]


def test_what_is_write_protected_stays(new: Path, there: Path) -> None:
    database(there, "old").chmod(0o444)
    with pytest.raises(UsageError, match="write-protected"):
        replacing.place(new, there)
    assert values(there) == ["old"]


def test_a_link_stays_a_link(new: Path, there: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.gpkg"
    link.symlink_to(there)
    Path(f"{there}-wal").write_bytes(b"old log")
    replacing.place(new, link)
    assert link.is_symlink()
    assert names(there.parent) == {there.name}
    assert values(there) == ["new"]


def test_devices_are_no_files(new: Path, there: Path) -> None:
    there.symlink_to(os.devnull)
    with pytest.raises(UsageError, match="it is no file"):
        replacing.place(new, there)
    assert Path(os.devnull).is_char_device()


def test_a_failure_leaves_the_old_file(
    new: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database(there, "old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        replacing.place(new, there)
    assert values(there) == ["old"]
