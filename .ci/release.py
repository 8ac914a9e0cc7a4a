"""The rehearsal of a release: built, checked, installed from an index, and its README run.

    python .ci/release.py [PYTHON ...]

It builds source archive and wheel into `dist`, twice, which must give the same bytes; holds the
version in all places against each other, and against the tag if there is one; serves both files as
an index on this machine; and for each Python (all that are promised, unless some are named)
installs the wheel from there into an empty environment and runs what the README shows in an empty
folder. At the end stands a table. Nothing is published: the workflow does that, where a tag is.

It needs: pip install -c constraints.txt build hatchling twine
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
DIST = ROOT / "dist"
EXTRAS = "gis,xlsx"
"""What the README's commands need besides: they write a workbook and a GeoPackage."""
NOBODYS = ("PYTHONPATH", "LC_ALL", "LC_MESSAGES", "LANG", "COLUMNS", "KOOPOPT_DEBUG")
"""Settings of whoever rehearses, which no command of the README may depend on."""


class Failed(Exception):  # noqa: N818 - a verdict
    """The release cannot be made as it is."""


@dataclass(frozen=True)
class Release:
    """A heading of the changelog with its number.

    Attributes
    ----------
    version, date : str
        Empty for what is not released.
    """

    version: str
    date: str


def releases(changelog: str) -> list[Release]:
    """Return the releases of a changelog, as they stand there."""
    headings = re.findall(r"^## \[?([^\]\n]+?)\]?(?: - (\S+))?$", changelog, re.M)
    return [Release("" if name == "Unreleased" else name, date) for name, date in headings]


def project() -> dict[str, object]:
    """Return the table `[project]` of pyproject.toml."""
    found: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return found["project"]  # type: ignore[return-value]


def promised() -> list[str]:
    """Return the Pythons that the project promises to work with, e.g. ``python3.12``."""
    classifiers: Sequence[str] = project()["classifiers"]  # type: ignore[assignment]
    return [f"python{c.rpartition(' ')[2]}" for c in classifiers if ":: Python :: " in c]


def tagged() -> list[str]:
    """Return the tags of versions that this commit has, or that the workflow was started by."""
    found = set(run("git", "tag", "--points-at", "HEAD").split())
    if os.environ.get("GITHUB_REF_TYPE") == "tag":
        found.add(os.environ["GITHUB_REF_NAME"])
    return sorted(tag for tag in found if tag.startswith("v"))


def places(tags: Sequence[str] = ()) -> dict[str, str]:
    """Return version and day of the release, as each place has them."""
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    told = dict(re.findall(r'^(version|date-released): "?([^"\n]+)"?$', citation, re.M))
    container = (ROOT / "Containerfile").read_text("utf-8")
    newest = next(r for r in releases((ROOT / "CHANGELOG.md").read_text("utf-8")) if r.version)
    return {
        "version in pyproject.toml": str(project()["version"]),
        "version in CITATION.cff": told.get("version", "none"),
        "version in Containerfile": re.findall(r'image\.version="(.+)"', container)[0],
        "version in CHANGELOG.md": newest.version,
        "day in CHANGELOG.md": newest.date,
        "day in CITATION.cff": told.get("date-released", "none"),
        **{f"version of the tag {tag}": tag.removeprefix("v") for tag in tags},
    }


def agreed(told: Mapping[str, str]) -> Release:
    """Return what all places say.

    Raises
    ------
    Failed
        Where they differ.
    """
    versions = {where: said for where, said in told.items() if where.startswith("version")}
    days = {where: said for where, said in told.items() if where.startswith("day")}
    for said in (versions, days):
        if len(set(said.values())) != 1:
            raise Failed("; ".join(f"{where}: {what}" for where, what in said.items()))
    return Release(next(iter(versions.values())), next(iter(days.values())))


def run(*command: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> str:
    """Run a program that must succeed; return what it prints."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{shlex.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def built(out: Path) -> list[Path]:
    """Build source archive and wheel, dated by the commit; the wheel out of the archive."""
    dated = {**os.environ, "SOURCE_DATE_EPOCH": run("git", "log", "-1", "--format=%ct").strip()}
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), env=dated)
    return sorted(out.iterdir())


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def lay_out(files: Sequence[Path], index: Path) -> None:
    """Write files of koopopt as a simple index (PEP 503)."""
    home = index / "simple" / "koopopt"
    home.mkdir(parents=True)
    for file in files:
        shutil.copy(file, home)
    links = [f'<a href="{f.name}#sha256={digest(f)}">{f.name}</a><br>' for f in files]
    for folder, body in ((home.parent, ['<a href="koopopt/">koopopt</a>']), (home, links)):
        page = ["<!DOCTYPE html>", "<html><body>", *body, "</body></html>", ""]
        (folder / "index.html").write_text("\n".join(page), encoding="utf-8")


class _Quiet(SimpleHTTPRequestHandler):
    """A server of files that says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served(index: Path) -> Iterator[str]:
    """Serve an index on this machine; yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(index)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple/"
    finally:
        server.shutdown()
        server.server_close()


def installed(python: str, version: str, index: str, home: Path) -> Path:
    """Return the programs of a new environment with koopopt from the index.

    koopopt comes from there alone, whatever is set on this machine, all that it needs from the
    usual index: a package of this name elsewhere cannot take its place.
    """
    run(python, "-m", "venv", str(home))
    pip = (str(home / "bin" / "python"), "-m", "pip", "--disable-pip-version-check")
    bare = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")}
    alone = {**bare, "PIP_CONFIG_FILE": os.devnull}
    wanted = f"koopopt=={version}"
    run(*pip, "install", "--index-url", index, "--no-deps", wanted, env=alone)
    run(*pip, "install", wanted)
    run(*pip, "check")
    said = run(str(home / "bin" / "koopopt"), "--version", cwd=home).strip()
    if said != f"koopopt {version}":
        raise Failed(f"{wanted} says that it is {said}")
    run(*pip, "install", f"koopopt[{EXTRAS}]=={version}")
    run(*pip, "check")
    return home / "bin"


def followed(programs: Path, empty: Path) -> int:
    """Run what the README shows, in order and in an empty folder; return how much it was.

    Raises
    ------
    Failed
        Where a command fails, or a line that is shown is not printed.
    """
    sys.path.insert(0, str(ROOT / "tests"))
    from pages import blocks, runs  # how the tests read pages

    empty.mkdir()
    env = {**os.environ, "KOOPOPT_CACHE": str(empty / ".cache")}
    shown = [(shlex.split(line), lines) for line, lines in runs("".join(blocks(README, "console")))]
    for code in blocks(README, "python"):
        said = re.findall(r"^\s*print\(.*\)  # (.+)$", code, re.M)
        shown.append((["python", "-c", code], said))
    for (name, *words), lines in shown:
        printed = run(str(programs / name), *words, cwd=empty, env=env).splitlines()
        if missing := [line for line in lines if line not in printed]:
            raise Failed("\n".join([f"{shlex.join([name, *words])} does not print:", *missing]))
    return len(shown)


def rehearsed(python: str, version: str, index: str, home: Path) -> str:
    """Return how a Python did, in words."""
    begun = monotonic()
    number = run(python, "-c", "import platform; print(platform.python_version())").strip()
    programs = installed(python, version, index, home / "environment")
    packages = len(list(home.glob("environment/lib/*/site-packages/*.dist-info")))
    count = followed(programs, home / "empty")
    return (
        f"Python {number}: installed from the index, {packages} packages, pip check passed; "
        f"{count} commands of the README passed; {monotonic() - begun:.0f} s"
    )


def main(pythons: Sequence[str]) -> None:
    """Rehearse, and print what passed."""
    for name in NOBODYS:
        os.environ.pop(name, None)
    tags = tagged()
    changed = run("git", "status", "--porcelain").splitlines()
    if tags and changed:
        raise Failed("\n".join(["A tag is here, and files that are not committed:", *changed]))
    release = agreed(places(tags))
    passed = [
        f"koopopt {release.version} of {release.date}, tags here: {', '.join(tags) or 'none'}"
    ]
    if changed:
        passed.append(f"NOT what is committed: {len(changed)} files differ")
    with tempfile.TemporaryDirectory(prefix="koopopt-release-") as name:
        place = Path(name)
        shutil.rmtree(DIST, ignore_errors=True)
        files, again = built(DIST), built(place / "again")
        if [(f.name, digest(f)) for f in files] != [(f.name, digest(f)) for f in again]:
            raise Failed("Built twice, it is not the same.")
        passed += [f"built twice, equal: {f.name}, {f.stat().st_size:,} bytes" for f in files]
        run(sys.executable, "-m", "twine", "check", "--strict", *map(str, files))
        passed.append("twine check --strict passed")
        lay_out(files, place / "index")
        with served(place / "index") as index:
            for number, python in enumerate(pythons):
                home = place / str(number)
                home.mkdir()
                passed.append(rehearsed(python, release.version, index, home))
                shutil.rmtree(home)
    print("\n".join(passed))


if __name__ == "__main__":
    try:
        main(sys.argv[1:] or promised())
    except Failed as failure:
        sys.exit(f"The release cannot be made as it is.\n{failure}")
