"""A room that is killed and opened again: nothing that was saved is lost."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from live.web.opened import Tab, opened
from processes import ENVIRONMENT, posix


@posix
def test_what_was_accepted_is_there_after_a_kill(tmp_path: Path) -> None:
    with opened(tmp_path / "room") as room:
        room.enter()
        with room.events() as line:
            tab = Tab(line)
            tab.hear()
            room.act(kind="set", place="rules.max_members", value=2)
            room.act(kind="keep", name="<b>Monday</b>")
            told = room.act(kind="undo")
            room.process.kill()
            room.process.wait(20)
    with opened(tmp_path / "room") as again:
        assert again.ask("GET", "/api/state", Cookie=room.cookie, cookie=False).status == 403
        again.enter()
        state = again.ask("GET", "/api/state").json
        assert state["question"] == told["question"]
        assert state["redo"] is True
        assert [v["name"] for v in state["variants"]] == ["<b>Monday</b>"]
        assert [step["what"] for step in state["trail"]] == [s["what"] for s in told["trail"]]
        assert again.act(kind="redo")["question"]["settings"] == {"rules.max_members": 2}


@posix
def test_one_folder_is_open_once(tmp_path: Path) -> None:
    with opened(tmp_path / "room"):
        command = [sys.executable, "-m", "koopopt", "live", "three-villages", "--no-browser",
                   "--folder", str(tmp_path / "room")]  # fmt: skip
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True,
                              check=False, timeout=60)  # fmt: skip
    assert done.returncode == 3
    assert "Another process has this room open" in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@posix
def test_ctrl_c_ends_it_quickly_with_streams_open_and_saves(tmp_path: Path) -> None:
    with opened(tmp_path / "room") as room:
        room.enter()
        line = room.events()
        room.act(kind="keep", name="kept")
        room.process.send_signal(signal.SIGINT)
        _, err = room.process.communicate(timeout=20)
        line.close()
    assert room.process.returncode == 130
    assert "Traceback" not in err
    assert "closed" in err
    assert "kept" in (tmp_path / "room" / "trail.jsonl").read_text("utf-8")
