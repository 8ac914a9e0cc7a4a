"""Consoles with few characters; standard output that is full, closed, slow or read no further."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

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
    program = [str(TESTS / "stage.py"), scene] if scene else ["-m", "koopopt"]
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


@pytest.mark.parametrize(
    ("columns", "wide"),
    [("100", 100), ("20", 20), ("3", 20), ("1000000000", 400), ("-5", 80), ("x", 80), ("", 80)],
)
def test_width(columns: str, wide: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert width() == page("en").width == wide
