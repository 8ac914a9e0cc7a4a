"""What stands around the code (workflows, hooks, citation) fits it: one truth, told in places."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from processes import posix

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def parsed(path: Path | str) -> Any:
    return yaml.safe_load((ROOT / path).read_text("utf-8"))


def steps(workflow: Any) -> list[Any]:
    return [step for job in workflow["jobs"].values() for step in job.get("steps", ())]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_ask_for_little_and_pin_what_they_use(path: Path) -> None:
    workflow = parsed(path)
    assert workflow["permissions"] == {"contents": "read"}
    for step in steps(workflow):
        assert re.search(r"@v\d+\.\d+\.\d+$", step.get("uses", "@v1.0.0")), step


def test_ci_runs_the_script_on_every_python_that_is_promised() -> None:
    linux = parsed(".github/workflows/ci.yml")["jobs"]["linux"]
    promised = [c.rpartition(" ")[2] for c in PROJECT["classifiers"] if ":: Python :: " in c]
    assert linux["strategy"]["matrix"]["python"] == promised
    assert PROJECT["requires-python"] == f">={promised[0]}"
    (run,) = (step for step in linux["steps"] if "run" in step)
    assert run == {"run": ".ci/run", "env": {"PYTHON": "python${{ matrix.python }}"}}


def test_what_was_never_run_says_so() -> None:
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    job = parsed(".github/workflows/ci.yml")["jobs"]["elsewhere"]
    if job.get("continue-on-error"):
        assert "WRITTEN WITHOUT BEING RUN" in text


def test_a_release_is_tested_and_published_without_a_secret() -> None:
    jobs = parsed(".github/workflows/release.yml")["jobs"]
    assert jobs["test"]["uses"] == "./.github/workflows/ci.yml"
    assert (jobs["build"]["needs"], jobs["publish"]["needs"]) == ("test", "build")
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert jobs["publish"]["if"] == "startsWith(github.ref, 'refs/tags/v')"
    assert [step["run"].partition(" ")[2] for step in jobs["build"]["steps"] if "run" in step][
        1:
    ] == [".ci/release.py"]
    assert not [path for path in WORKFLOWS if "secrets." in path.read_text("utf-8")]


def test_hooks_run_what_the_makefile_runs() -> None:
    (repo,) = parsed(".pre-commit-config.yaml")["repos"]
    assert repo["repo"] == "local"
    hooks = repo["hooks"]
    assert [hook["entry"] for hook in hooks] == [*recipe("lint"), *recipe("messages")]
    assert {(hook["language"], hook["pass_filenames"]) for hook in hooks} == {("system", False)}


def recipe(target: str) -> list[str]:
    """Return the commands of a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    lines = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", makefile, re.M)
    assert lines, target
    return [line.strip().replace("$(BIN)", ".venv/bin") for line in lines[1].splitlines()]


def test_the_citation_is_of_this_project() -> None:
    citation = parsed("CITATION.cff")
    assert citation["cff-version"] == "1.2.0"
    assert str(citation["version"]) == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert citation["keywords"] == PROJECT["keywords"]
    assert citation["authors"] == [{"name": "The koopopt developers"}]
    assert {"message", "title", "type"} <= set(citation)
    assert not {"doi", "url", "identifiers", "repository-code"} & set(citation)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_forms_of_issues_are_complete(path: Path) -> None:
    form = parsed(path)
    if path.stem == "config":
        assert form == {"blank_issues_enabled": True}
        return
    assert {"name", "description", "body"} <= set(form)
    ids = [part["id"] for part in form["body"] if part["type"] != "markdown"]
    assert ids
    assert len(ids) == len(set(ids))
    assert all("label" in part["attributes"] for part in form["body"] if "id" in part)


def test_contributing_names_every_target_of_the_makefile() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    targets = re.findall(r"^(\w+): .*##", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert [target for target in targets if not re.search(rf"\bmake {target}\b", text)] == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with the script of CI and a `make` that only says how it was called."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    program(tmp_path / "bin" / "make", 'echo "make $* with $PYTHON"')
    for version in ("3.11", "3.12"):
        program(tmp_path / "bin" / f"python{version}", f'echo "{version.replace(".", " ")}"')
    return tmp_path


def program(path: Path, does: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def ci(checkout: Path, python: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{checkout / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "KOOPOPT_BROWSER": "there",
        "KOOPOPT_FIREFOX": "there",
        "PYTHON": python,
    }
    script = str(checkout / ".ci" / "run")
    return subprocess.run([script], env=environment, capture_output=True, text=True, check=False)


@posix
def test_the_script_of_ci_takes_a_python(checkout: Path) -> None:
    done = ci(checkout, "python3.12")
    assert done.stdout == "make --keep-going portable test with python3.12\n"
    assert (done.returncode, done.stderr) == (0, "")


@posix
def test_the_script_of_ci_does_not_test_another_python_that_is_installed(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(checkout / "bin" / "python3.11", checkout / ".venv" / "bin" / "python")
    assert ci(checkout, "python3.11").stdout.count("make ") == 1
    assert ci(checkout, "python3.12").stdout.startswith("make clean with python3.12\n")


@posix
def test_the_script_of_ci_names_a_python_that_is_missing(checkout: Path) -> None:
    done = ci(checkout, "python9.9")
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no python9.9" in done.stderr
