"""A finished file takes the place of another: at once, whole, and with all that belonged to it.

A name that is a link stays one. What is write-protected or no file is left alone. A database
(GeoPackage) may have left a log beside it when a program was killed; a reader would apply the old
log to the new file. So the old database is first brought to rest, which also shows whether some
program is using it, and is held until the new one stands in its place.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from koopopt.errors import UsageError
from koopopt.text import T

COMPANIONS: Final = ("-wal", "-shm", "-journal")
"""What SQLite writes beside a database, by what is added to its name."""

_MAGIC: Final = b"SQLite format 3\x00"
_LOCK_SECONDS: Final = 2.0
"""Seconds to wait for another program that is only just reading."""

_IN_USE: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
_NO_DATABASE: Final = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def real(path: Path) -> Path:
    """Return the file that a name means, links followed."""
    return Path(os.path.realpath(path))


def check(path: Path) -> None:
    """Make sure that a file may take the place of what is there.

    Raises
    ------
    UsageError
        If it is no file, write-protected, or a database that another program uses.
    """
    target = real(path)
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        raise UsageError(T("{path} cannot be written: it is no file.", path=repr(str(path))))
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise UsageError(T("{path} cannot be written: it is write-protected.",
                           path=repr(str(path))))  # fmt: skip
    if _is_database(target) and (held := _held(target)) is not None:
        held.close()


def place(new: Path, path: Path) -> None:
    """Move a finished file to its place.

    Raises
    ------
    UsageError
        See `check`; what was there is left.
    OSError
        If the place cannot be written to.
    """
    check(path)
    target = real(path)
    if not _is_database(new):
        _move(new, target)
        return
    with _at_rest(target):
        _move(new, target)


def _move(new: Path, target: Path) -> None:
    try:
        os.replace(new, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f".koopopt-{os.getpid()}-{target.name}"[:200])
        try:  # a link led to another disk
            shutil.copyfile(new, beside)
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except FileNotFoundError:
        return False


@contextmanager
def _at_rest(path: Path) -> Iterator[None]:
    """Hold the database that is there, without companions; nobody reads it meanwhile."""
    held = _held(path) if _is_database(path) else None
    try:
        if held is not None and os.name == "nt":  # where an open file cannot be replaced
            held.close()
        for ending in COMPANIONS:
            Path(f"{path}{ending}").unlink(missing_ok=True)
        yield
    finally:
        if held is not None:
            held.close()


def _held(path: Path) -> sqlite3.Connection | None:
    """Return a connection that alone has the database, its logs written into it.

    None where it is a database by its first bytes only.
    """
    held = sqlite3.connect(
        f"{path.as_uri()}?mode=rw", uri=True, timeout=_LOCK_SECONDS, isolation_level=None
    )
    try:
        held.execute("PRAGMA locking_mode = EXCLUSIVE")
        held.execute("PRAGMA journal_mode = DELETE").fetchall()
        held.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        held.close()
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _NO_DATABASE:
            return None
        if code in _IN_USE:
            raise UsageError(
                T("{path} cannot be written: another program is using it. Close it there.",
                  path=repr(str(path)))
            ) from None  # fmt: skip
        raise OSError(errno.EIO, str(error)) from None
    return held
