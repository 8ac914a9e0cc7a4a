"""What reading has to note: listed by check, told in short by other commands."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

from koopopt.reading.instance import read
from reading.valid import FILES, MUNICIPALITIES, lay_out

CROWD = MUNICIPALITIES.replace("06,süd", "06,sued", 1).replace("06636,06,nord,,", "6636,6,nord,,")


def noteworthy(folder: Path) -> str:
    return str(lay_out({**FILES, "municipalities.csv": CROWD, "a.pdf": "", "b.pdf": ""}, folder))


def test_check_lists_them_all(run: Any, tmp_path: Path) -> None:
    result = run("check", noteworthy(tmp_path))
    assert result.exit_code == 0
    first, *overview = result.stdout.splitlines()
    assert "no faults" in first
    notes = overview[overview.index("To note:") + 1 :]
    assert len(notes) == 4
    assert all(note.startswith("  • ") for note in notes)
    assert result.stderr == ""


def test_others_tell_the_first_on_standard_error(run: Any, tmp_path: Path) -> None:
    result = run("export", noteworthy(tmp_path), "--format", "lp")
    assert result.exit_code == 0
    assert "Note" not in result.stdout
    lines = result.stderr.splitlines()
    assert [line.startswith("Note: ") for line in lines] == [True, True, True, False]
    assert lines[-1] == "1 more notes: see koopopt check."


def test_plans_have_theirs(run: Any, tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("service,municipality,seat\nfire,6636001,06636001\nfire,06636002,06636001\n")
    folder = lay_out(FILES, tmp_path / "small")
    result = run("evaluate", str(folder), "--plan", str(plan), "--lang", "de")
    assert result.exit_code == 0
    assert result.stderr.startswith("Hinweis: plan.csv, Zeile 2")


def test_an_instance_with_notes_can_be_sent(tmp_path: Path) -> None:
    instance = read(noteworthy(tmp_path))
    assert pickle.loads(pickle.dumps(instance)).notes == instance.notes
