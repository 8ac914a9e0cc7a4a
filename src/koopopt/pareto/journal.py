"""The journal: every answer on disk, so that a killed search goes on where it was.

One JSON object a line, each with a checksum of its own. The first line says what the journal is
of, which version wrote it, and how many bytes of it are complete. Before an answer is appended that
line is marked as *writing*, afterwards the new size stands there. So after a kill in the middle of
an answer the torn end is known to be one, and dropped; any other journal that does not end where it
says has been tampered with or cut off, and is refused.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any, Final

from koopopt.case.plan import Partnership, Plan
from koopopt.errors import DataError, Fault, why
from koopopt.pareto.grid import NO_BOUND, Amounts, Cell
from koopopt.pareto.oracle import Answer, Found, Kind, Point
from koopopt.pareto.state import SearchTask
from koopopt.text import T, Text

JOURNAL_FORMAT: Final = "koopopt front journal 2"
OTHER_JOURNAL: Final = T("Name another file, or remove this one to start afresh.")


@dataclass(slots=True)
class Journal:
    """An open journal.

    Attributes
    ----------
    path : Path
    subject : str
        Fingerprint of what the front is of.
    """

    path: Path
    subject: str
    _file: FileIO
    _size: int

    @classmethod
    def open(cls, path: Path, subject: str) -> tuple[Journal, list[tuple[SearchTask, Answer]]]:
        """Open or begin a journal; return it and the answers that it holds.

        Raises
        ------
        DataError
            If the file is no journal, of another search or another format, cut off or changed, in
            use by another process, or cannot be opened.
        """
        file = _opened(path)
        try:
            _lock(file, path)
            content = file.read()
            size, answers = _read(path, content, subject) if content else (0, [])
            file.truncate(size)
            journal = cls(path, subject, file, size)
            journal._size = size or len(journal._head(writing=False))
            journal._mark(writing=False)
        except OSError as error:
            file.close()
            raise _unusable(path, error) from error
        except BaseException:
            file.close()
            raise
        return journal, answers

    def write(self, task: SearchTask, answer: Answer) -> None:
        """Append an answer.

        Raises
        ------
        OSError
            If that is impossible, for instance on a full disk; what stood there before still does.
        """
        line = _sealed(_packed(task, answer))
        self._mark(writing=True)
        self._put(self._size, line)
        self._size += len(line)
        self._mark(writing=False)

    def close(self, *, remove: bool = False) -> None:
        """Close the journal; remove its file if it is of no use any more."""
        if remove:
            self.path.unlink(missing_ok=True)
        _unlock(self._file)
        self._file.close()

    def _mark(self, writing: bool) -> None:
        self._put(0, self._head(writing))

    def _put(self, place: int, content: bytes) -> None:
        self._file.seek(place)
        left = memoryview(content)
        while left:  # unbuffered, so that a write that fails leaves nothing behind to be flushed
            left = left[self._file.write(left) :]

    def _head(self, writing: bool) -> bytes:
        state = "writing" if writing else "whole  "
        size = f"{self._size:015d}"
        told = {"format": JOURNAL_FORMAT, "koopopt": _version(), "subject": self.subject}
        return _sealed({**told, "state": state, "size": size})


def _version() -> str:
    import koopopt

    return koopopt.__version__


def _opened(path: Path) -> FileIO:
    def opener(name: str, flags: int) -> int:
        return os.open(name, flags | os.O_CREAT, 0o644)

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():  # reading a pipe would wait for ever
            raise _bad(path, None, T("This is no file."), T("Name another file."))
        return open(path, "r+b", buffering=0, opener=opener)
    except OSError as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: OSError) -> DataError:
    reason = why(error)
    return _bad(
        path, None, T("The journal cannot be opened: {reason}.", reason=reason),
        T("Name another file."),
    )  # fmt: skip


def _lock(file: FileIO, path: Path) -> None:
    """Take the lock on the open file itself, which goes with the process: no file beside it."""
    from filelock import lock_descriptor

    try:
        free = lock_descriptor(file.fileno(), blocking=False)
    except OSError:  # a file system without locks
        return
    if not free:
        raise _bad(
            path, None, T("Another process is writing this journal."),
            T("Wait until it is done, or name another file."),
        )  # fmt: skip


def _unlock(file: FileIO) -> None:
    """Release the lock, which processes forked in between would hold on to."""
    from filelock import unlock_descriptor

    with suppress(OSError):
        unlock_descriptor(file.fileno())


def _sealed(table: dict[str, Any]) -> bytes:
    """Return a table as a line with its checksum."""
    body = json.dumps(table, separators=(",", ":"))
    return f'{{"sum":"{zlib.crc32(body.encode()):08x}","of":{body}}}\n'.encode()


def _unsealed(line: bytes) -> dict[str, Any] | None:
    """Return the table of a line, None where it is not one."""
    try:
        outer = json.loads(line)
        body = json.dumps(outer["of"], separators=(",", ":"))
        good = outer["sum"] == f"{zlib.crc32(body.encode()):08x}" and line.endswith(b"\n")
        table = outer["of"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return table if good and isinstance(table, dict) else None


def _read(path: Path, content: bytes, subject: str) -> tuple[int, list[tuple[SearchTask, Answer]]]:
    lines = content.splitlines(keepends=True)
    head = _unsealed(lines[0])
    if head is None or not str(head.get("format", "")).startswith("koopopt front journal"):
        raise _bad(
            path, 1, T("The file is not a journal of a front, or it is damaged."), OTHER_JOURNAL
        )
    if head["format"] != JOURNAL_FORMAT:
        raise _bad(
            path, 1,
            T("The journal has the format {format}; this version reads {known}.",
              format=repr(head["format"]), known=repr(JOURNAL_FORMAT)),
            OTHER_JOURNAL,
        )  # fmt: skip
    if head.get("koopopt") != _version():
        raise _bad(
            path, 1,
            T("The journal was written by koopopt {other}, and this is {version}: what another"
              " version proved is not taken over.",
              other=str(head.get("koopopt")), version=_version()),
            OTHER_JOURNAL,
        )  # fmt: skip
    if head.get("subject") != subject:
        raise _bad(
            path, 1,
            T("The journal is of another instance or model, of other rules, criteria (or what they"
              " mean) or resolutions."),
            OTHER_JOURNAL,
        )  # fmt: skip
    size = int(head["size"])  # the checksum holds, so it is one of ours
    torn = len(content) > size and head["state"] == "writing"
    if len(content) < size or (len(content) > size and not torn):
        raise _bad(
            path, None,
            T("The journal has {count} bytes where {size} were written: it was cut off or changed.",
              count=len(content), size=size),
            OTHER_JOURNAL,
        )  # fmt: skip
    answers = []
    for number, line in enumerate(content[:size].splitlines(keepends=True)[1:], start=2):
        table = _unsealed(line)
        try:
            if table is None:
                raise ValueError
            answers.append(_unpacked(table))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise _bad(path, number, T("The line is damaged."), OTHER_JOURNAL) from error
    return size, answers


def _bad(path: Path, line: int | None, rule: Text, remedy: Text) -> DataError:
    return DataError([Fault(str(path), rule, remedy, row=line)])


def _packed(task: SearchTask, answer: Answer) -> dict[str, Any]:
    point = answer.point
    return {
        "upper": [None if u >= NO_BOUND else u for u in task.upper],
        "weights": list(map(int, task.weights)),
        "kind": task.kind.value,
        "found": answer.found.value,
        "bound": None if answer.bound is None else int(answer.bound),
        "point": point and _point(point),
        "solver": answer.solver,
        "seconds": float(answer.seconds),
        "message": answer.message,
    }


def _point(point: Point) -> dict[str, Any]:
    solution: list[Any]
    if isinstance(point.solution, Plan):
        chosen = point.solution.partnerships
        solution = [[p.service, list(p.members), p.seat, p.legal_form] for p in chosen]
    else:
        solution = list(map(float, point.solution))
    return {"values": list(map(float, point.values)), "solution": solution}


def _unpacked(table: dict[str, Any]) -> tuple[SearchTask, Answer]:
    upper = tuple(NO_BOUND if u is None else int(u) for u in table["upper"])
    weights = tuple(int(w) for w in table["weights"])
    kind = Kind(table["kind"]) if "kind" in table else _kind(upper, weights)
    task = SearchTask(upper, weights, None, kind)
    point = None
    if table["point"]:
        held = table["point"]["solution"]
        solution: Plan | tuple[float, ...] = (
            Plan(Partnership(s, tuple(m), h, f) for s, m, h, f in held)
            if held and isinstance(held[0], list)
            else tuple(float(v) for v in held)
        )
        point = Point(tuple(float(v) for v in table["point"]["values"]), solution)
    answer = Answer(
        Found(table["found"]),
        point,
        None if table["bound"] is None else int(table["bound"]),
        str(table["solver"]),
        float(table["seconds"]),
        str(table["message"]),
    )
    return task, answer


def _kind(upper: Cell, weights: Amounts) -> Kind:
    """Return what a question of a journal was asked for that does not say so, as older ones."""
    alone = sum(map(bool, weights)) == 1 and min(upper) >= NO_BOUND
    return Kind.IDEAL if alone else Kind.SEARCH


def default_path(subject: str) -> Path:
    """Return where the journal of a search stands unless the user names a file."""
    base = os.environ.get("KOOPOPT_CACHE") or os.environ.get("XDG_CACHE_HOME")
    folder = Path(base) if base else Path.home() / ".cache"
    return folder / "koopopt" / f"front-{subject[:24]}.journal"


def unfinished(answers: list[tuple[SearchTask, Answer]]) -> Iterator[tuple[SearchTask, Answer]]:
    """Yield the answers that need not be asked again."""
    for task, answer in answers:
        if answer.found is not Found.STOPPED:
            yield task, answer
