"""The command line as a process: signals, pipes, what is imported."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest

from koopopt.cli.early import heard
from processes import ENVIRONMENT, TESTS, posix, started


def scene(name: str, *args: str) -> AbstractContextManager[subprocess.Popen[str]]:
    return started([sys.executable, str(TESTS / "cli" / "stage.py"), name, *args])


def first_progress(process: subprocess.Popen[str]) -> str:
    """Wait for the first line of progress."""
    assert process.stderr is not None
    return process.stderr.readline()


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_shows_and_writes_the_best_plan(number: int, tmp_path: Path) -> None:
    with scene("slow", "solve", "tiny", "--json", "--out", str(tmp_path)) as process:
        assert "columns" in first_progress(process)
        process.send_signal(number)
        began = time.monotonic()
        out, err = process.communicate(timeout=60)
    assert time.monotonic() - began < 15  # 1 s on a quiet machine; by itself it takes a minute
    assert process.returncode == 130
    table = json.loads(out)
    assert table["status"] == "feasible"
    assert table["bound"] is None
    assert len(table["partnerships"]) == 5
    assert "Stopping" in err
    assert "Traceback" not in err
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["interrupted"] is True
    assert (tmp_path / "plan.csv").read_text(encoding="utf-8").count("\n") == 7


@posix
def test_a_second_interruption_leaves_at_once() -> None:
    with scene("stubborn", "solve", "tiny", "--json") as process:
        first_progress(process)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=5)
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err


def test_progress_goes_to_standard_error_about_once_a_second() -> None:
    with scene("slow", "solve", "tiny") as process:
        first_progress(process)
        time.sleep(2.5)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)
    lines = [line for line in err.splitlines() if "columns" in line]
    assert 1 <= len(lines) <= 4
    assert "columns" not in out
    assert "\x1b" not in out + err


@contextmanager
def on_terminal(term: str, *args: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start a scene whose standard error is a terminal; the other end of it is a file number."""
    ours, theirs = os.openpty()
    command = [sys.executable, str(TESTS / "cli" / "stage.py"), *args]
    environment = {**ENVIRONMENT, "TERM": term, "COLUMNS": "100"}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=theirs, text=True
    )
    os.close(theirs)
    try:
        yield process, ours
    finally:
        process.kill()
        process.communicate()
        os.close(ours)


def seen_until_stopped(process: subprocess.Popen[str], terminal: int, updates: int) -> str:
    """Wait for so many updates, interrupt, and return all that the terminal got."""
    seen = ""
    with suppress(OSError):  # the end of a terminal
        while part := os.read(terminal, 4096).decode():
            seen += part
            if updates and seen.count("columns") >= updates:
                updates = 0
                process.send_signal(signal.SIGINT)
    return seen


@posix
def test_on_a_terminal_progress_is_one_line_that_changes() -> None:
    with on_terminal("xterm", "slow", "solve", "tiny", "--json") as (process, terminal):
        seen = seen_until_stopped(process, terminal, updates=5)
        assert json.loads(process.communicate(timeout=20)[0])["status"] == "feasible"
    assert "best 10" in seen
    assert "bound 9" in seen
    assert seen.count("\x1b[2K") >= 5
    told = [line for line in seen.splitlines() if "Stopping with the best plan so far" in line]
    assert len(told) == 1
    assert "columns" not in seen.rpartition("\x1b[2K")[2], "the line is wiped at the end"


@posix
def test_a_terminal_that_only_writes_on_gets_plain_lines() -> None:
    with on_terminal("dumb", "slow", "solve", "tiny", "--json") as (process, terminal):
        seen = seen_until_stopped(process, terminal, updates=1)
    assert "\x1b" not in seen
    assert "Stopping with the best plan so far" in seen


def test_quiet_says_nothing() -> None:
    with scene("optimal", "solve", "tiny", "--json", "--quiet") as process:
        out, err = process.communicate(timeout=30)
    assert err == ""
    assert json.loads(out)["status"] == "optimal"


def test_libraries_cannot_write_into_the_result() -> None:
    with scene("noisy", "solve", "tiny", "--json", "--quiet") as process:
        out, err = process.communicate(timeout=30)
    assert json.loads(out)["status"] == "optimal"
    assert "NOISYLP" in err


@posix
@pytest.mark.parametrize("args", [["solve", "tiny"], ["solve", "tiny", "--json"], ["--help"]])
def test_a_broken_pipe_is_silent(args: list[str]) -> None:
    with scene("optimal", *args) as process:
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        _, err = process.communicate(timeout=30)
    assert err == ""
    assert process.returncode == 0


def test_help_imports_click_alone() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "from koopopt.cli import main\n"
        "try: main(['solve', '--help'])\n"
        "except SystemExit: pass\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "foreign = new - set(sys.stdlib_module_names) - {'koopopt', 'click'}\n"
        "print(sorted(foreign), file=sys.stderr)\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert process.stderr.splitlines()[-1] == "[]"


def test_help_is_quick() -> None:
    command = [sys.executable, "-c", "from koopopt.cli import main; main(['--help'])"]
    began = time.perf_counter()
    subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True)
    assert time.perf_counter() - began < 2.0  # 0.1 s on an idle machine


@posix
def test_a_signal_that_an_import_swallows_is_heard_after_it() -> None:
    """Python ignores what is raised in the callbacks that imports have."""
    with pytest.raises(SystemExit) as ended, heard(), suppress(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert ended.value.code == 130
