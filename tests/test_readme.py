"""What the pages show works: Python blocks run, command lines succeed, output is real."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from koopopt.cli import main
from pages import PAGES, ROOT, blocks, named, runs, with_blocks


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KOOPOPT_CACHE", str(tmp_path / "cache"))
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "KOOPOPT_DEBUG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("page", with_blocks("python"), ids=named)
def test_python_runs_and_prints_what_is_said(page: Path, capsys: pytest.CaptureFixture) -> None:
    names: dict[str, object] = {"__name__": "example"}
    together = r"^```python\n(.*?)^```(?:\n\n```text\n(.*?)^```)?"
    for block, shown in re.findall(together, page.read_text("utf-8"), re.S | re.M):
        exec(compile(block, page.name, "exec"), names)
        printed = capsys.readouterr().out.splitlines()
        for said in re.findall(r"^\s*print\(.*\)  # (.+)$", block, re.M):
            assert said in printed
        assert [line for line in shown.splitlines() if line not in printed] == []


@pytest.mark.parametrize("page", with_blocks("console"), ids=named)
def test_command_lines_succeed_and_show_what_is_shown(page: Path) -> None:
    """One after the other, in one folder, as a reader would."""
    for line, shown in runs("".join(blocks(page, "console"))):
        name, *args = shlex.split(line)
        assert name == "koopopt"
        done = CliRunner().invoke(main, args)
        assert done.exit_code == 0, f"{line}\n{done.output}"
        real = done.stdout.splitlines()
        assert [s for s in shown if s not in real] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_into_a_page_lead_to_a_heading(page: Path) -> None:
    for name, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text("utf-8")):
        target = (page.parent / name) if name else page
        headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.M)
        slugs = [re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in headings]
        assert anchor in slugs, f"{name}#{anchor}"


@pytest.mark.parametrize("page", with_blocks("json"), ids=named)
def test_json_is_valid(page: Path) -> None:
    for block in blocks(page, "json"):
        json.loads(block)


@pytest.mark.parametrize("page", with_blocks("toml"), ids=named)
def test_toml_is_valid(page: Path) -> None:
    for block in blocks(page, "toml"):
        tomllib.loads(block)


def test_readme_starts_with_the_two_commands() -> None:
    first = (ROOT / "README.md").read_text("utf-8").splitlines()[:5]
    assert [line.split("  ")[0] for line in first[3:5]] == ["make demo", "make test"]


def test_every_command_is_named() -> None:
    for page in (ROOT / "README.md", ROOT / "docs" / "cli.md"):
        text = page.read_text("utf-8")
        for command in main.list_commands(None):  # type: ignore[arg-type]
            assert re.search(rf"[`,] ?`?(koopopt )?{command}\b", text), (page.name, command)
