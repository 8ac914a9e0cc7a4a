"""The example plug-in, and broken ones, installed beside this environment; koopopt run there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs" / "example-plugin"
KOOPOPT = "from koopopt.cli import main; main()"
SEVERAL = """
import json, sys
from koopopt.cli import main
for words in json.loads(sys.argv[1]):
    try:
        main(words)
    except SystemExit as end:
        print(f"exit {end.code}", flush=True)
"""


def example(folder: Path) -> Path:
    """Build the example's wheel, without a network, and install it into a folder."""
    source, site = folder / "source", folder / "site"
    shutil.copytree(EXAMPLE, source, ignore=shutil.ignore_patterns("dist", "__pycache__"))
    quiet = (sys.executable, "-m")
    ran(*quiet, "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(source))
    (wheel,) = folder.glob("*.whl")
    ran(*quiet, "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site),
        "--disable-pip-version-check", str(wheel))  # fmt: skip
    return site


def land(home: Path, site: Path) -> Path:
    """Write an instance with the example's models, its rule, and a weight for its criterion."""
    folder = home / "land"
    koopopt("new", str(folder), site=site)
    path = folder / "instance.toml"
    text = path.read_text("utf-8")
    assert "# max_spread = " in text
    assert re.search(r"criteria: cost, [^\[]*, far$", text, re.MULTILINE)
    text = re.sub("^services = .*", 'services = ["harbour"]', text, flags=re.MULTILINE)
    text = re.sub("^legal_forms = .*", 'legal_forms = "freedonia"', text, flags=re.MULTILINE)
    text = text.replace("\ncost = 1.0", "\ncost = 1.0\nfar = 40.0")
    text = text.replace("\nmax_members = 4", "\nmax_members = 4\nmax_spread = 12.0")
    path.write_text(text, encoding="utf-8")
    return folder


def package(folder: Path, name: str, points: dict[str, dict[str, str]], code: str = "") -> Path:
    """Write an installed package with one module of its name."""
    about = folder / f"{name}-2.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.0\n")
    lines = [f"[{g}]\n" + "".join(f"{k} = {v}\n" for k, v in e.items()) for g, e in points.items()]
    (about / "entry_points.txt").write_text("".join(lines))
    (folder / f"{name}.py").write_text(code, encoding="utf-8")
    return folder


def ran(*command: str, site: Path | None = None, code: int = 0, cwd: Path | None = None) -> str:
    """Run a command and return what it said, both streams."""
    done = begun(*command, site=site, cwd=cwd)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def koopopt(*words: str, site: Path | None, code: int = 0, cwd: Path | None = None) -> str:
    """Run koopopt."""
    return ran(sys.executable, "-c", KOOPOPT, *words, site=site, code=code, cwd=cwd)


def several(*commands: list[str], site: Path | None, cwd: Path | None = None) -> str:
    """Run koopopt several times in one process; after each stands its exit code."""
    return ran(sys.executable, "-c", SEVERAL, json.dumps(commands), site=site, cwd=cwd)


def begun(
    *command: str, site: Path | None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    paths = [str(ROOT / "src"), *([] if site is None else [str(site)])]
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "200",
    }
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=cwd, check=False)
