"""Clock, memory and signals of the command line, in real processes on a real folder."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from processes import ENVIRONMENT, posix, started

SIDE = 12


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chessboard of municipalities that border each other, and no limit on members."""
    folder = tmp_path_factory.mktemp("board")
    towns = ["id,name,population,lat,lon,county,state,identity_area"]
    borders = ["a,b"]
    for k in range(SIDE * SIDE):
        row, column = divmod(k, SIDE)
        people = 500 + 37 * (k * k % 101)
        towns.append(f"{k:03d},T{k},{people},{51 + row / 20},{10 + column / 13},K,HE,north")
        borders += [f"{k:03d},{k + 1:03d}"] if column + 1 < SIDE else []
        borders += [f"{k:03d},{k + SIDE:03d}"] if row + 1 < SIDE else []
    (folder / "municipalities.csv").write_text("\n".join(towns) + "\n", encoding="utf-8")
    (folder / "neighbours.csv").write_text("\n".join(borders) + "\n", encoding="utf-8")
    (folder / "instance.toml").write_text(
        'schema = 1\nname = "board"\ntitle = { en = "Board" }\n'
        'services = ["water", "housing"]\nlegal_forms = "simple"\n'
        "[office]\ncost = 1000.0\n[weights]\ncost = 1.0\ntravel = 0.1\n"
        "cost_range = [0.5, 2.0]\n[rules]\ncontiguous = true\n",
        encoding="utf-8",
    )
    return folder


def koopopt(*args: object) -> AbstractContextManager[subprocess.Popen[str]]:
    return started([sys.executable, "-m", "koopopt", *map(str, args)])


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """Read progress up to a line with one of these words."""
    assert process.stderr is not None
    for line in process.stderr:
        if re.search(words, line):
            return line
    raise AssertionError(f"it ended before {words}")


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("moment", [r"\d s ", "best", "columns .*best|bound .*best"])
def test_a_signal_at_any_moment_shows_and_writes_the_best_plan(
    board: Path, number: int, moment: str, tmp_path: Path
) -> None:
    args = ("--json", "--time-limit", 120, "--out", tmp_path / "out")
    with koopopt("solve", board, *args) as process:
        read_until(process, moment)
        process.send_signal(number)
        began = time.monotonic()
        out, err = process.communicate(timeout=60)
    assert time.monotonic() - began < 15  # 1 s on a quiet machine
    assert process.returncode == 130, err
    table = json.loads(out)
    assert table["status"] == "feasible"
    assert table["bound"] is None or table["bound"] <= table["objective"]
    assert "Traceback" not in err
    run = json.loads((tmp_path / "out/run.json").read_text(encoding="utf-8"))
    assert run["interrupted"] is True
    assert (tmp_path / "out/plan.csv").exists()


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    "module", ["koopopt.cli.names", "koopopt.criteria", "koopopt.storage.run_writing"]
)
def test_a_signal_while_modules_are_imported_is_told(number: int, module: str) -> None:
    """Those of the command line, and those of the command."""
    code = (
        "import os, sys\n"
        "class Signals:\n"
        "    def find_spec(self, name, *rest):\n"
        f"        if name == {module!r}: os.kill(os.getpid(), {int(number)})\n"
        "sys.meta_path.insert(0, Signals())\n"
        "from koopopt.cli import main\n"
        "main()\n"
    )
    with started([sys.executable, "-c", code, "solve", "three-villages", "--json"]) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert err.strip() == "Stopped before there was a result."


@posix
def test_a_second_signal_leaves(board: Path) -> None:
    with koopopt("solve", board, "--json") as process:
        read_until(process, "best")
        process.send_signal(signal.SIGTERM)
        time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert time.monotonic() - began < 15


@posix
def test_other_commands_are_left_at_once(tmp_path: Path) -> None:
    """While a command reads from a pipe that says nothing."""
    with koopopt("solve", tmp_path / "nowhere") as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "Traceback" not in err
    pipe = tmp_path / "municipalities.csv"
    os.mkfifo(pipe)
    (tmp_path / "instance.toml").write_text("schema = 1\n", encoding="utf-8")
    with koopopt("check", tmp_path) as process:
        time.sleep(2)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=60)
            assert process.returncode == 130
            assert "Traceback" not in err


QUESTIONS = {
    "price": ("looking", ()),
    "whatif": ("looking", ()),
    "conflicts": ("looking", ("--limit", "cost=1000000")),
    "ranges": ("solving", ("--workers", 2)),
    "roadmap": ("looking", ("--most-a-year", 2)),  # there is no way, as is soon known
}
"""Commands that ask many questions, the words of what takes long, and what they are given."""


@pytest.fixture(scope="module")
def pairs(board: Path) -> Path:
    """A plan of that board in which neighbours pool, two by two."""
    rows = ["service,municipality,seat"]
    for service in ("water", "housing"):
        for k in range(SIDE * SIDE):
            rows.append(f"{service},{k:03d},{k - k % 2:03d}")
    path = board.parent / "pairs.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@posix
@pytest.mark.parametrize("name", QUESTIONS)
def test_commands_that_ask_much_end_with_what_they_have(
    board: Path, pairs: Path, name: str
) -> None:
    words, more = QUESTIONS[name]
    given = (pairs, "--instance", board) if name in ("ranges", "roadmap") else (board,)
    with koopopt(name, *given, *more, "--json") as process:
        assert process.stderr is not None
        asked = any(words in line for line in process.stderr)  # else it was done before
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        out, err = process.communicate(timeout=60)  # nobody is left who holds the pipes
    assert time.monotonic() - began < 15  # 1 s on a quiet machine
    assert process.returncode in ((130,) if asked and not out else (0, 4, 130)), err
    assert "Traceback" not in err
    assert json.loads(out) if out else re.search("nothing to show yet", err)


@posix
def test_a_front_hears_it_too(board: Path) -> None:
    with koopopt("front", board, "--json", "--no-journal", "--workers", 2) as process:
        read_until(process, r"\d s ")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert json.loads(out)["complete"] is False
    assert "Traceback" not in err


@posix
def test_a_signal_to_all_processes_is_one_to_the_first(board: Path) -> None:
    """As a batch system sends it; the workers die of it."""
    command = [sys.executable, "-m", "koopopt", "front", str(board), "--json", "--no-journal"]
    process = subprocess.Popen(
        [*command, "--workers", "2"], env=ENVIRONMENT, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        time.sleep(9)  # beyond the time in which there is one process only
        os.killpg(process.pid, signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, err
    assert json.loads(out)["complete"] is False
    assert "Traceback" not in err


@pytest.mark.parametrize("limit", [0.5, 3.0])
def test_the_time_limit_holds_from_the_first_moment(board: Path, limit: float) -> None:
    with koopopt("solve", board, "--json", "--time-limit", limit) as process:
        out, err = process.communicate(timeout=60)
    table = json.loads(out)
    assert table["seconds"] < limit + 5  # 1 s and 2 % on a quiet machine
    assert process.returncode == 0, err
    assert table["status"] == "feasible"


def test_memory_is_told_beforehand(board: Path) -> None:
    with koopopt("solve", board, "--json", "--time-limit", 10, "--memory", "20MB") as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "more than memory (20 MB)" in err
    assert json.loads(out)["formulation"] in ("partition", "assignment")
    with koopopt("solve", board, "--memory", "a lot") as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "4GB, 500MB or 50%" in err


@posix
def test_reading_obeys_the_clock_and_signals(tmp_path: Path) -> None:
    """A pipe into which nobody writes is the longest file there is."""
    pipe = tmp_path / "endless.mps"
    os.mkfifo(pipe)
    with koopopt("front", "--model", pipe, "--time-limit", 1) as process:
        _, err = process.communicate(timeout=30)
    assert process.returncode == 5, err
    assert "The time limit was over while reading" in err
    with koopopt("front", "--model", pipe) as process:
        read_until(process, "reading")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "Stopped while reading" in err
