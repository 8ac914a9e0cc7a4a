"""Consoles with few characters; standard output that is full, closed, slow or read no further."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from koopopt.cli import main
from koopopt.cli.output import deliver, page, width

TESTS = Path(__file__).parents[1]
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if k not in ("LC_ALL", "LC_MESSAGES", "COLUMNS")},
    "PYTHONPATH": f"{TESTS.parent / 'src'}{os.pathsep}{TESTS}",
    "LANG": "C.UTF-8",
}
SOLVE = ("solve", "tiny", "--quiet")
posix = pytest.mark.skipif(os.name != "posix", reason="descriptors and devices")
full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")


def shell(
    redirected: str, *args: str, scene: str | None = "optimal", **environ: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a command line, of a scene or in earnest, in a shell with its streams redirected."""
    program = [str(TESTS / "cli" / "stage.py"), scene] if scene else ["-m", "koopopt"]
    command = ["sh", "-c", f'"$@" {redirected}', "sh", sys.executable, *program]
    return subprocess.run(
        [*command, *args], env=ENVIRONMENT | environ, capture_output=True, check=False,
        timeout=60,
    )  # fmt: skip


@full
@posix
@pytest.mark.parametrize("args", [SOLVE, (*SOLVE, "--json"), ("--help",), ("--version",)])
def test_a_full_disk_is_one_sentence(args: tuple[str, ...]) -> None:
    done = shell("> /dev/full", *args)
    assert done.returncode == 1
    said = done.stderr.decode()
    assert "could not be written to standard output: No space left" in said
    assert said.count("\n") == 1


@posix
@pytest.mark.parametrize("args", [SOLVE, (*SOLVE, "--json"), ("models",)])
def test_a_closed_standard_output_is_one_sentence(args: tuple[str, ...]) -> None:
    done = shell(">&-", *args)
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1


@full
@posix
def test_files_are_written_though_standard_output_is_full(tmp_path: Path) -> None:
    report, out = tmp_path / "report.html", tmp_path / "out"
    args = ("solve", "three-villages", "--quiet", "--out", str(out), "--report", str(report))
    done = shell("> /dev/full", *args, scene=None)
    assert done.returncode == 1
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["status"] == "optimal"
    assert report.stat().st_size > 0


@full
@posix
@pytest.mark.parametrize("redirected", ["2> /dev/full", "2>&-", "0<&- 2>&-"])
def test_the_result_arrives_where_standard_error_does_not(redirected: str) -> None:
    done = shell(redirected, "solve", "tiny", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["status"] == "optimal"  # and nothing else stands there


@posix
def test_libraries_print_nowhere_where_there_is_no_standard_error() -> None:
    done = shell("2>&-", *SOLVE, "--json", scene="noisy")
    assert json.loads(done.stdout)["status"] == "optimal"


@full
@posix
def test_exit_codes_hold_where_nothing_can_be_said() -> None:
    for redirected in ("> /dev/full 2>&1", ">&- 2>&-"):
        assert shell(redirected, *SOLVE).returncode == 1
        assert shell(redirected, "nonsense").returncode == 2
        assert shell(redirected, "verify", "/nowhere").returncode == 3


@posix
def test_a_slow_reader_gets_everything_through_a_pipe_that_does_not_wait() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    command = [sys.executable, "-m", "koopopt", "export", "werra-meissner", "--format", "lp"]
    with subprocess.Popen(
        command, env=ENVIRONMENT, stdout=writing, stderr=subprocess.PIPE
    ) as process:
        os.close(writing)
        time.sleep(1.0)
        with open(reading, "rb") as pipe:
            written = pipe.read()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 0
    assert len(written) > 2**16  # more than a pipe holds
    assert written.rstrip().lower().endswith(b"end")


@posix
@pytest.mark.parametrize("encoding", ["ascii:strict", "latin-1:replace", "cp437"])
def test_no_console_shows_question_marks(encoding: str) -> None:
    for args in (SOLVE, ("verify", "Großstadt✓"), ("instances",)):
        done = shell("", *args, "--lang", "de", PYTHONIOENCODING=encoding)
        text = (done.stdout + done.stderr).decode(encoding.partition(":")[0])
        assert text
        assert "?" not in text
    assert "Werra-Mei" in text
    assert ("Meißner" in text) == (encoding[:5] != "ascii")


def test_what_fails_in_one_way_does_not_cost_the_others() -> None:
    done = []

    def fail() -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        deliver(fail, lambda: done.append(1))
    with pytest.raises(ExceptionGroup):
        deliver(fail, lambda: done.append(2), fail)
    deliver(lambda: done.append(3))
    assert done == [1, 2, 3]


@full
@posix
def test_everything_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    program = [sys.executable, str(TESTS / "cli" / "stage.py"), "optimal", *SOLVE]
    unmeasured = {k: v for k, v in ENVIRONMENT.items() if not k.startswith("COVERAGE")}
    done = subprocess.run(
        ["sh", "-c", 'ulimit -f 0; "$@" >/dev/full', "sh", *program, "--out", str(tmp_path)],
        env=unmeasured, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("columns", "wide"),
    [("100", 100), ("20", 20), ("3", 20), ("1000000000", 400), ("-5", 80), ("x", 80), ("", 80)],
)
def test_width(columns: str, wide: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert width() == page("en").width == wide


# -- standard input and pipes -------------------------------------------------------------------

MADE = (
    ("solve", "three-villages", "--quiet", "--out", "run"),
    ("front", "three-villages", "--quiet", "--no-journal", "--out", "front"),
    ("export", "three-villages", "--format", "mps", "-o", "model.mps"),
)
READING = {
    "run/plan.csv": ("evaluate", "three-villages", "--plan"),
    "run/run.json": ("report",),
    "front/front.json": ("choose",),
    "./front/front.json": ("verify", "--sample", "0"),
    "model.mps": ("front", "--no-journal", "--model"),
}
"""Files, and the commands that read them."""


def koopopt(*args: str, folder: Path, **streams: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "koopopt", *args], env=ENVIRONMENT, cwd=folder,
        capture_output=True, check=False, timeout=60, **streams,
    )  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    with contextlib.chdir(folder):
        for args in MADE:
            assert CliRunner().invoke(main, args).exit_code == 0
    return folder


@posix
@pytest.mark.parametrize(("file", "args"), READING.items())
def test_files_come_from_standard_input(results: Path, file: str, args: tuple[str, ...]) -> None:
    done = koopopt(*args, "-", folder=results, input=(results / file).read_bytes())
    assert done.returncode == 0, done.stderr
    assert not (results / "-").exists()


@posix
def test_a_file_may_be_a_pipe_that_a_shell_opened(results: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, (results / "run/plan.csv").read_bytes())
    os.close(writing)
    args = ("evaluate", "three-villages", "--plan", f"/dev/fd/{reading}")
    done = koopopt(*args, folder=results, pass_fds=[reading])
    os.close(reading)
    assert done.returncode == 0, done.stderr


@posix
@pytest.mark.parametrize("args", [*READING.values()][:-1], ids=lambda args: args[0])
def test_nobody_waits_for_a_pipe_that_nobody_writes_to(
    results: Path, tmp_path: Path, args: tuple[str, ...]
) -> None:
    for name in ("pipe", "pipe.xlsx"):
        os.mkfifo(tmp_path / name)
        done = koopopt(*args, str(tmp_path / name), folder=results)
        assert done.returncode == 3
        assert f"{name}: This is no file." in done.stderr.decode()


def test_a_hyphen_is_standard_output_or_nothing(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    export = ("export", "three-villages", "--format", "lp")
    assert run(*export, "-o", "-").stdout == run(*export).stdout
    for args in (
        ("solve", "three-villages", "--out", "-"),
        ("solve", "three-villages", "--report", "-"),
        ("front", "three-villages", "--journal", "-"),
    ):
        done = run(*args)
        assert done.exit_code == 2
        assert "./-" in done.stderr
    assert not list(tmp_path.iterdir())
    assert run(*export, "-o", "./-").exit_code == 0
    assert (tmp_path / "-").is_file()
