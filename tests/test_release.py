"""A release: one version everywhere, a changelog in its form, a container file that keeps its word.

What needs a network and every Python is rehearsed by `make release`, not here.
"""

from __future__ import annotations

import re
import runpy
from datetime import date
from itertools import pairwise
from pathlib import Path
from urllib.request import urlopen

import pytest
from packaging.version import Version

from pages import ROOT

REHEARSAL = runpy.run_path(str(ROOT / ".ci" / "release.py"))
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
SECTIONS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
CONTAINER = (ROOT / "Containerfile").read_text("utf-8")
STEPS = re.sub(r"^#.*\n", "", CONTAINER, flags=re.M).replace("\\\n", " ").splitlines()


def test_all_places_tell_the_same_version_and_day() -> None:
    release = REHEARSAL["agreed"](REHEARSAL["places"]())
    assert f"koopopt>={Version(release.version).major}.{Version(release.version).minor}," in (
        ROOT / "docs" / "example-plugin" / "pyproject.toml"
    ).read_text("utf-8")


@pytest.mark.parametrize(
    "other", [{"version of the tag v0.9.9": "0.9.9"}, {"day in CITATION.cff": "none"}]
)
def test_a_place_that_tells_otherwise_is_named(other: dict[str, str]) -> None:
    with pytest.raises(REHEARSAL["Failed"], match=re.escape(next(iter(other)))):
        REHEARSAL["agreed"]({**REHEARSAL["places"](), **other})


def test_every_promised_python_is_rehearsed() -> None:
    assert REHEARSAL["promised"]() == ["python3.11", "python3.12", "python3.13"]


def test_a_release_has_a_version_and_a_day_newest_first() -> None:
    first, *released = REHEARSAL["releases"](CHANGELOG)
    assert first.version == ""
    assert len(released) == len(re.findall(r"^## ", CHANGELOG, re.M)) - 1
    for newer, older in pairwise(released):
        assert Version(newer.version) > Version(older.version)
        assert date.fromisoformat(newer.date) >= date.fromisoformat(older.date)
    assert [r.version for r in released if not re.fullmatch(r"\d+\.\d+\.\d+", r.version)] == []


def test_sections_are_those_of_keep_a_changelog_in_its_order() -> None:
    assert CHANGELOG.startswith("# Changelog\n")
    for release in re.split(r"^## .+$", CHANGELOG, flags=re.M)[1:]:
        found = re.findall(r"^### (.+)$", release, re.M)
        assert found == [name for name in SECTIONS if name in found]
        for section in re.split(r"^### .+$", release, flags=re.M)[1:]:
            entries = section.strip().splitlines()
            assert entries
            assert [e for e in entries if not re.match(r"- |  |\*\*.+\*\*$|$", e)] == []


def test_links_of_the_changelog_have_their_address() -> None:
    prose = re.sub(r"`[^`]*`", "", CHANGELOG)
    named = set(re.findall(r"\[([^\]]+)\](?![(:])", prose))
    assert named == set(re.findall(r"^\[([^\]]+)\]: ", CHANGELOG, re.M))


def test_an_index_on_this_machine_has_the_files_with_their_digests(tmp_path: Path) -> None:
    wheel = tmp_path / "koopopt-9.9.9-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    REHEARSAL["lay_out"]([wheel], tmp_path / "index")
    with REHEARSAL["served"](tmp_path / "index") as address:
        assert address.startswith("http://127.0.0.1:")
        with urlopen(f"{address}koopopt/") as page:
            (link,) = re.findall(r'href="([^"]+)"', page.read().decode())
        with urlopen(f"{address}koopopt/{link}") as file:
            assert file.read() == b"wheel"
    assert link == f"{wheel.name}#sha256={REHEARSAL['digest'](wheel)}"


def test_the_tools_of_a_release_are_pinned() -> None:
    pinned = (ROOT / "constraints.txt").read_text("utf-8")
    told = (REHEARSAL["__doc__"], (ROOT / ".github/workflows/release.yml").read_text("utf-8"))
    for tool in ("build", "hatchling", "twine"):
        assert f"\n{tool}==" in pinned
        assert all(re.search(rf"pip install -c constraints.txt .*{tool}", text) for text in told)


def instruction(name: str) -> list[str]:
    return [step.removeprefix(f"{name} ") for step in STEPS if step.startswith(f"{name} ")]


def test_the_container_is_built_on_a_slim_base_of_one_version() -> None:
    (base,) = instruction("ARG")
    assert re.fullmatch(r"BASE=docker\.io/library/python:3\.1[123]\.\d+-slim-[a-z]+", base)
    assert instruction("FROM") == ["${BASE} AS build", "${BASE}"]


def test_in_the_container_nobody_is_root() -> None:
    (user,) = instruction("USER")
    assert re.fullmatch(r"(\d{5}):\1", user)
    last = STEPS[STEPS.index("FROM ${BASE}") :]
    later = last[last.index(f"USER {user}") :]
    assert [step for step in later if step.startswith(("RUN", "COPY", "ADD"))] == []


def test_the_container_has_what_the_tests_run_with_and_no_cache() -> None:
    installs = [
        part for run in instruction("RUN") for part in run.split("&&") if " install " in part
    ]
    pip = [part for part in installs if "pip install" in part]
    assert pip
    assert [part for part in pip if "--no-cache-dir -c constraints.txt" not in part] == []
    assert "ADD " not in CONTAINER


def test_the_container_starts_koopopt_and_says_what_it_is() -> None:
    assert instruction("ENTRYPOINT") == ['["koopopt"]']
    assert instruction("WORKDIR")[-1] == "/data"
    assert instruction("HEALTHCHECK")[0].endswith('CMD ["koopopt", "--version"]')
    assert "version in Containerfile" in REHEARSAL["places"]()


def test_only_what_the_wheel_is_made_of_goes_into_the_container() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if not line.startswith("#")]
    assert rules[0] == "*"
    kept = [rule[1:] for rule in rules if rule.startswith("!")]
    assert [name for name in kept if not (ROOT / name).exists()] == []
    assert {"pyproject.toml", "constraints.txt", "src", "models", "instances"} <= set(kept)
