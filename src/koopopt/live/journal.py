"""The journal of a live room: every event on disk before it counts as saved.

One JSON object a line; the first says what it is of. Lines are only ever added, each flushed to the
disk, so what is saved stays saved whatever happens afterwards. A line that a killed process left
half written is cut off at the next start. What could not be written (a full disk) waits, and is
written with the next event, or by `Journal.retry`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from koopopt.errors import DataError, Fault, KoopoptError, why
from koopopt.text import T, Text

FORMAT: Final = "koopopt live 1"
NAME: Final = "trail.jsonl"

Event = dict[str, Any]


@dataclass(slots=True)
class Journal:
    """An open journal.

    Attributes
    ----------
    path : Path
    problem : Text or None
        Why the last events could not be written; None where everything is saved.
    """

    path: Path
    problem: Text | None = None
    _lock: FileLock | None = None
    _head: bytes = b""
    _size: int = 0
    _waiting: list[bytes] = field(default_factory=list)

    @classmethod
    def open(cls, folder: Path, fingerprint: str, version: str) -> tuple[Journal, Opened]:
        """Open or begin the journal of a folder; return it and what it holds.

        Raises
        ------
        DataError
            Where another process has it open, or it cannot be read.
        """
        path = folder / NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(path.with_suffix(".lock"))
            lock.acquire(timeout=0)
        except Timeout as error:
            rule, remedy = (
                T("Another process has this room open."),
                T("Close it, or choose another folder."),
            )
            raise DataError([Fault(str(path), rule, remedy)]) from error
        except OSError as error:
            # Still a room to play in: what cannot be saved is told with every action.
            return cls(path, _unwritten(error)), Opened([], [])
        try:
            head = _line({"format": FORMAT, "instance": fingerprint, "koopopt": version})
            journal = cls(path, None, lock, head)
            return journal, journal._begin(fingerprint)
        except BaseException:
            lock.release()
            raise

    def write(self, event: Mapping[str, Any]) -> None:
        """Add an event; `problem` says whether it is saved."""
        self._waiting.append(_line(event))
        self._flush()

    @property
    def waits(self) -> bool:
        """Whether something waits that may be written once there is space."""
        return bool(self._waiting) and self._lock is not None

    def retry(self) -> None:
        """Try to write what waits; `problem` says whether it is saved."""
        if self._waiting:
            self._flush()

    def close(self) -> None:
        """Try once more to write what waits, and let others have the file."""
        self.retry()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    # -- the file ------------------------------------------------------------------------------

    def _begin(self, fingerprint: str) -> Opened:
        notices: list[Text] = []
        try:
            content = self.path.read_bytes() if self.path.exists() else b""
        except OSError as error:
            rule = T("It cannot be read: {why}", why=why(error))
            raise DataError([Fault(str(self.path), rule, T("Choose another folder."))]) from error
        lines, whole = _complete(content)
        if lines and not _ours(lines[0], fingerprint):
            kept = _free(self.path)
            os.replace(self.path, kept)
            notices.append(
                T("The trail that was here is of other data; it is kept as {file}.", file=kept.name)
            )
            content, lines, whole = b"", [], 0
        if whole < len(content):
            notices.append(self._cut(content, whole))
            with self.path.open("r+b") as file:
                file.truncate(whole)
        self._size = whole
        if not lines:
            self._waiting.append(self._head)
            self._flush()
        return Opened(lines[1:], notices)

    def _cut(self, content: bytes, whole: int) -> Text:
        """Say why only a part of the file counts; more than a half line is kept elsewhere."""
        if b"\n" not in content[whole:]:
            return T("The last step was half written when the program ended; it is gone.")
        kept = _free(self.path)
        kept.write_bytes(content)
        return T("The trail is damaged after {count} lines; all of it is kept as {file}.",
                 count=content[:whole].count(b"\n"), file=kept.name)  # fmt: skip

    def _flush(self) -> None:
        """Write what waits; after a failure the file is as long as before."""
        if self._lock is None:
            return
        try:
            with self.path.open("r+b" if self.path.exists() else "w+b") as file:
                waiting = b"".join(self._waiting)
                if file.seek(0, os.SEEK_END) < self._size:  # somebody took it away: begin anew
                    self._size, waiting = 0, self._head + waiting
                file.seek(self._size)
                file.write(waiting)
                file.truncate()
                file.flush()
                os.fsync(file.fileno())
                self._size = file.tell()
        except OSError as error:
            self.problem = _unwritten(error)
            return
        self._waiting.clear()
        self.problem = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What a journal held when it was opened.

    Attributes
    ----------
    events : list of events
    notices : list of Text
        What there is to say of it.
    """

    events: list[Event]
    notices: list[Text]


def replayed(
    events: list[Event], start: Any, after: Callable[[Any, Event], Any]
) -> tuple[Any, list[Text]]:
    """Return what events make of a document; those that cannot be done are left out and told."""
    notices: list[Text] = []
    for number, event in enumerate(events, 2):
        try:
            start = after(start, event)
        except (KoopoptError, KeyError, TypeError, ValueError) as error:
            why_not = (
                error.message
                if isinstance(error, KoopoptError)
                else Text("{said}", {"said": str(error)})
            )
            notices.append(
                T("Line {number} of the trail cannot be done: {why}", number=str(number),
                  why=why_not)
            )  # fmt: skip
    return start, notices


def _line(event: Mapping[str, Any]) -> bytes:
    return json.dumps(event, separators=(",", ":")).encode() + b"\n"


def _complete(content: bytes) -> tuple[list[Event], int]:
    """Return the events of the lines that are whole, and how many bytes they are."""
    found: list[Event] = []
    whole = 0
    for line in content.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        try:
            event = json.loads(line)
        except ValueError:
            break
        if not isinstance(event, dict):
            break
        found.append(event)
        whole += len(line)
    return found, whole


def _ours(head: Event, fingerprint: str) -> bool:
    return head.get("format") == FORMAT and head.get("instance") == fingerprint


def _free(path: Path) -> Path:
    """Return a name beside a file that is not taken."""
    number = 1
    while (other := path.with_name(f"{path.stem}-{number}{path.suffix}")).exists():
        number += 1
    return other


def _unwritten(error: OSError) -> Text:
    return T("It could not be saved: {why}", why=why(error))
