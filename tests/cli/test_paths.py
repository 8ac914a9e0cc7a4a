"""Names of files and folders as people and systems make them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import koopopt
from koopopt.case import resources
from koopopt.reading.whereabouts import located, path_of

VILLAGES = resources.instances()["three-villages"]
LATIN = os.fsdecode(b"Stra\xdfe")

NAMES = ["a b", "it's", 'q"q', "new\nline", "-dash", "100%s", "\N{CLASSICAL BUILDING}", "d...",
         "b" * 200, "esc\x1b[31m", "{x}", "file:", LATIN]  # fmt: skip


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KOOPOPT_CACHE", str(tmp_path))


def copied(folder: Path) -> Path:
    folder.mkdir()
    for file in VILLAGES.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow fewer names")
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_name_works_everywhere(run: Any, name: str) -> None:
    copied(Path(name))
    before = "./" if name.startswith("-") else ""
    commands = [
        ("solve", f"{before}{name}", "--out", f"out {name}"),
        ("report", f"out {name}", "-o", f"r {name}.html", "-o", f"r {name}.gpkg"),
        ("front", f"{before}{name}", "--out", f"f {name}", "--journal", f"j {name}"),
        ("verify", f"f {name}"),
        ("choose", f"f {name}", "--out", f"c {name}"),
        ("report", f"c {name}", "-o", f"p {name}.svg"),
        ("export", f"{before}{name}", "--format", "mps", "-o", f"m {name}.mps"),
        ("front", "--model", f"m {name}.mps", "--out", f"g {name}", "--no-journal"),
        ("verify", f"g {name}", "--sample", "1"),
        ("evaluate", f"{before}{name}", "--plan", f"out {name}/plan.csv"),
    ]
    for command in commands:
        result = run(*command)
        assert result.exit_code == 0, (command, result.output)
    for file in (f"out {name}/run.json", f"c {name}/run.json", f"f {name}/front.json"):
        held = json.loads(Path(file).read_text(encoding="utf-8"))
        assert Path(path_of(held["source"])) == Path(name).absolute()


@pytest.mark.parametrize("path", ["/a b", "/ä%DF", "/file:", "/new\nline", f"/{LATIN}/%20 b"])
@pytest.mark.skipif(os.name != "posix", reason="paths of POSIX")
def test_places_are_text_and_come_back(path: str) -> None:
    held = located(path)
    assert path_of(held) == path
    assert held.isascii() or held == path
    held.encode()


@pytest.mark.parametrize(
    ("code", "args"),
    [
        (2, ("solve", "")),
        (2, ("solve", "three-villages", "--out", "")),
        (2, ("solve", "three-villages", "--out", "file")),
        (2, ("solve", "three-villages", "--out", "file/x")),
        (2, ("solve", "three-villages", "--out", "circle")),
        (2, ("solve", "three-villages", "--out", "n" * 256)),
        (2, ("solve", "three-villages", "--report", "file/x.html")),
        (2, ("solve", "three-villages", "--report", f"{'n' * 256}.html")),
        (3, ("solve", "file/x")),
        (3, ("solve", "circle")),
        (3, ("solve", "n" * 256)),
        (3, ("solve", "n" * 5000)),
        (3, ("front", "three-villages", "--journal", "file/x")),
        (3, ("front", "three-villages", "--journal", ".")),
        (3, ("front", "three-villages", "--journal", "circle")),
        (3, ("front", "--model", "n" * 256)),
        (3, ("verify", "circle")),
        (3, ("verify", "n" * 256)),
        (3, ("report", "n" * 256)),
        (3, ("report", "file/x")),
        (3, ("choose", "file")),
        (3, ("evaluate", "three-villages", "--plan", "n" * 256)),
        (2, ("export", "three-villages", "--format", "lp", "-o", "file/x")),
        (2, ("new", "file/x")),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else value,
)
@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_what_cannot_be_opened_is_told(run: Any, code: int, args: tuple[str, ...]) -> None:
    Path("file").write_text("{", encoding="utf-8")
    Path("circle").symlink_to("circle")
    result = run(*args)
    assert result.exit_code == code, result.output
    assert "defect" not in result.output
    assert result.stderr.startswith("Error: ")


def test_the_system_may_refuse_anything(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any) -> None:
        raise PermissionError(13, "Permission denied", "there")

    monkeypatch.setattr("koopopt.reading.instance.read", gone)
    result = run("check", "three-villages")
    assert result.exit_code == 1
    assert result.stderr == "Error: 'there': The system refuses: Permission denied.\n"


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the current folder cannot go")
def test_without_a_current_folder_or_a_home(tmp_path: Path) -> None:
    folder = copied(tmp_path / "i")
    script = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    environment = {k: v for k, v in os.environ.items() if k not in ("HOME", "KOOPOPT_CACHE")}
    source = str(Path(koopopt.__file__).parents[1])
    for code, args in (
        (0, ("front", "three-villages", "--quiet")),
        (0, ("solve", str(folder), "--quiet")),
        (3, ("solve", "i")),
        (2, ("solve", "three-villages", "--out", "o")),
    ):
        done = subprocess.run(
            ["sh", "-c", script, "sh", sys.executable, "-m", "koopopt", *args],
            env={**environment, "PYTHONPATH": source, "HOME": "/nowhere"}, cwd=tmp_path,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert "defect" not in done.stderr
