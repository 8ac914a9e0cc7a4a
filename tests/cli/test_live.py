"""`koopopt live`: address, port, folder and end; attacks are in `tests/live/web`."""

from __future__ import annotations

import importlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from koopopt.cli import main
from koopopt.live.place import folder_of
from koopopt.live.web import server
from processes import ENVIRONMENT, posix, started

command = importlib.import_module("koopopt.cli.live")  # `koopopt.cli.live` is what it makes
LIVE = [sys.executable, "-m", "koopopt", "live", "three-villages", "--no-browser"]


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*LIVE, *args], env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=60
    )


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with server.bound(0) as taken:
        port = str(taken.getsockname()[1])
        done = run("--port", port, "--folder", str(tmp_path / "room"))
    assert done.returncode == 2
    assert done.stderr == (
        f"Error: Port {port} is in use by another program. Give another with --port; 0 is any that"
        " is free.\n"
    )
    assert done.stdout == ""
    assert not (tmp_path / "room").exists()


@pytest.mark.parametrize("port", ["65536", "-1", "http", "8000.5"])
def test_what_is_no_port_is_one_sentence(port: str, tmp_path: Path) -> None:
    done = run("--port", port, "--folder", str(tmp_path / "room"))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "room").exists()


def test_an_instance_that_is_faulty_opens_nothing(tmp_path: Path) -> None:
    (tmp_path / "instance.toml").write_text("schema = 1\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "koopopt", "live", str(tmp_path), "--no-browser"],
        env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 3
    assert done.stdout == ""
    assert os.listdir(tmp_path) == ["instance.toml"]


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = importlib.util.find_spec

    def without(name: str, *rest: Any) -> Any:
        return None if name == "uvicorn" else real(name, *rest)

    monkeypatch.setattr(command, "find_spec", without)
    with pytest.raises(SystemExit) as ended:
        main(["live", "three-villages"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert 'pip install "koopopt[live]"' in said
    assert said.count("\n") == 1


@posix
@pytest.mark.parametrize("after", [0.05, 0.3, 0.7, 1.2])
def test_ctrl_c_works_from_the_first_moment(after: float, tmp_path: Path) -> None:
    code = (
        "from koopopt.cli.early import heard; print('there', flush=True); import koopopt.cli as c"
    )
    args = [*LIVE[2:], "--folder", str(tmp_path / "room")]
    with started([sys.executable, "-c", f"{code}; c.main()", *args[1:]]) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err


@posix
def test_the_port_that_was_asked_for_is_had_again_at_once(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for _ in range(2):
        more = ["--port", str(port), "--folder", str(tmp_path / "room")]
        with started([*LIVE, *more]) as process:
            assert process.stdout is not None
            assert process.stdout.readline().startswith(f"http://127.0.0.1:{port}/?token=")
            with socket.create_connection(("127.0.0.1", port)):
                process.send_signal(signal.SIGTERM)
                process.wait(20)
        assert process.returncode == 130


def test_where_a_room_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder_of(tmp_path) == tmp_path / "live"
    assert folder_of(tmp_path / "county.xlsx") == Path("county-live")
    assert folder_of("three-villages") == Path("three-villages-live")


@pytest.mark.parametrize(
    ("environ", "opens"), [({}, False), ({"DISPLAY": ":0"}, True), ({"BROWSER": "x"}, True)]
)
def test_a_browser_is_opened_where_there_is_a_screen(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], opens: bool
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert command._screen() is opens
