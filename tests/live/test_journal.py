"""What is on disk stays: after a kill at any byte, on a full disk, beside another process."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from koopopt.errors import DataError
from koopopt.live.journal import NAME, Journal

EVENTS: list[dict[str, Any]] = [
    {"step": {"question": {"settings": {"weights.travel": 2.0}}, "mode": "hand"}, "note": "Größe"},
    {"undo": True, "what": {"en": "\u2028 two\nlines", "de": "zwei\r\nZeilen\x85"}},
    {"keep": {"id": "1", "name": "שלום 🏘"}},
    {"rename": ["1", '"}\n{"undo":true}']},
]  # fmt: skip


def _written(folder: Path, events: list[dict[str, Any]] = EVENTS) -> bytes:
    journal, _ = Journal.open(folder, "data", "1.0")
    for event in events:
        journal.write(event)
    journal.close()
    return (folder / NAME).read_bytes()


def _again(folder: Path, fingerprint: str = "data") -> tuple[list[Any], list[Any]]:
    journal, opened = Journal.open(folder, fingerprint, "1.0")
    journal.close()
    return opened.events, opened.notices


def test_every_beginning_of_a_journal_opens_and_holds_a_beginning_of_its_events(
    tmp_path: Path,
) -> None:
    whole = _written(tmp_path)
    ends = [k + 1 for k, byte in enumerate(whole) if byte == 10]
    for length in range(len(whole) + 1):
        (tmp_path / NAME).write_bytes(whole[:length])
        events, notices = _again(tmp_path)
        complete = sum(end <= length for end in ends)
        assert events == EVENTS[: max(0, complete - 1)], length
        assert len(notices) == (length not in (0, *ends)), length
        assert whole.startswith((tmp_path / NAME).read_bytes())
    assert not [p for p in tmp_path.iterdir() if p.name not in (NAME, Path(NAME).stem + ".lock")]


def test_what_follows_a_half_line_is_written_behind_the_last_whole_one(tmp_path: Path) -> None:
    whole = _written(tmp_path)
    (tmp_path / NAME).write_bytes(whole[:-5])
    journal, opened = Journal.open(tmp_path, "data", "1.0")
    journal.write({"redo": True})
    journal.close()
    assert len(opened.notices) == 1
    assert _again(tmp_path) == ([*EVENTS[:-1], {"redo": True}], [])


def test_a_damaged_journal_is_kept_and_told(tmp_path: Path) -> None:
    whole = _written(tmp_path)
    lines = whole.splitlines(keepends=True)
    damaged = b"".join([*lines[:2], b"\x00\xff" + lines[2][2:], *lines[3:]])
    (tmp_path / NAME).write_bytes(damaged)
    events, notices = _again(tmp_path)
    assert events == EVENTS[:1]
    assert len(notices) == 1
    kept = [p for p in tmp_path.glob("*.jsonl") if p.name != NAME]
    assert [p.read_bytes() for p in kept] == [damaged]
    assert kept[0].name in notices[0].render("en")


def test_the_trail_of_other_data_is_kept_under_another_name(tmp_path: Path) -> None:
    first = _written(tmp_path)
    for number in (1, 2):
        events, notices = _again(tmp_path, f"other {number}")
        assert events == []
        assert len(notices) == 1
    kept = [p.read_bytes() for p in tmp_path.glob("*.jsonl") if p.name != NAME]
    assert len(kept) == 2
    assert first in kept


@pytest.mark.parametrize("content", [b"\n\n", b"[]\n", b'{"format": "x"}\n', b"a,b\n1,2\n", b"7\n"])
def test_what_is_no_journal_is_never_thrown_away(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    events, notices = _again(tmp_path)
    assert (events, len(notices)) == ([], 1)
    assert content in [p.read_bytes() for p in tmp_path.glob("*.jsonl") if p.name != NAME]


@pytest.mark.parametrize("written", [0, 1, 30, 10_000])
def test_what_did_not_fit_on_the_disk_is_written_with_the_next_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    """The disk takes so many bytes of a write and is full then."""
    journal, _ = Journal.open(tmp_path, "data", "1.0")
    journal.write(EVENTS[0])
    whole = (tmp_path / NAME).read_bytes()
    opens = Path.open

    def full(path: Path, *args: Any, **kwargs: Any) -> Any:
        file = opens(path, *args, **kwargs)
        writes = file.write

        class Full:
            def __enter__(self) -> Any:
                return self

            def __exit__(self, *_: object) -> None:
                file.close()

            def __getattr__(self, name: str) -> Any:
                return getattr(file, name)

            def write(self, data: bytes) -> int:
                writes(data[:written])
                file.flush()
                raise OSError(errno.ENOSPC, "No space left on device")

        return Full()

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        for event in EVENTS[1:3]:
            journal.write(event)
            assert journal.problem is not None
            assert journal.problem.render("de")
    assert (tmp_path / NAME).read_bytes().startswith(whole)
    journal.write(EVENTS[3])
    assert journal.problem is None
    journal.close()
    assert _again(tmp_path) == (EVENTS, [])


def test_what_waits_for_room_is_written_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, _ = Journal.open(tmp_path, "data", "1.0")

    def fails(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fails)
        journal.write(EVENTS[0])
        assert journal.problem is not None
    journal.close()
    assert _again(tmp_path) == (EVENTS[:1], [])


def test_one_process_at_a_time(tmp_path: Path) -> None:
    journal, _ = Journal.open(tmp_path, "data", "1.0")
    with pytest.raises(DataError) as refused:
        Journal.open(tmp_path, "data", "1.0")
    assert refused.value.faults
    journal.close()
    assert _again(tmp_path) == ([], [])


def test_a_folder_that_cannot_be_made_is_told_with_every_event(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    journal, opened = Journal.open(tmp_path / "file" / "live", "data", "1.0")
    assert opened.events == []
    assert journal.problem is not None
    journal.write(EVENTS[0])
    assert journal.problem is not None
    journal.close()


def test_text_that_no_file_can_hold_is_no_reason_to_lose_an_event(tmp_path: Path) -> None:
    lone = json.loads('"\\ud83c"')  # half of a character, as JSON may have it
    journal, _ = Journal.open(tmp_path, "data", "1.0")
    journal.write({"undo": True, "note": lone})
    journal.write({"redo": True})
    journal.close()
    events, notices = _again(tmp_path)
    assert [next(iter(event)) for event in events] == ["undo", "redo"]
    assert not notices


def test_a_journal_outlives_a_process_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, sys, pathlib\n"
        "from koopopt.live.journal import Journal\n"
        "journal, _ = Journal.open(pathlib.Path(sys.argv[1]), 'data', '1.0')\n"
        "journal.write({'undo': True})\n"
        "journal.write({'redo': True})\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert _again(tmp_path) == ([{"undo": True}, {"redo": True}], [])
