"""Commands that pages only name, because official files are needed for instance, are right ones.

They are not run: of each, the command, its options and the extras of packages have to be there.
What stands in consoles is run, by `test_readme.py`; the cells of notebooks are, by `test_site.py`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from koopopt.cli import main
from pages import PAGES, ROOT, blocks, languages, named, runs

RUN = {"console", "python", "text", "json", "toml"}
"""Blocks that other tests run or read; text shows what the Python above it prints."""
ONLY_NAMED = {"sh"}
DIRECTIVES = {"{toctree}", "{eval-rst}", "{schema}", "{code-cell}", "{include}"}
"""Blocks that the site is made of."""
OTHERS = ("make ", "pip install ", "python ", "pybabel ", ". .venv/bin/activate", "pre-commit ",
          "PYTHON=", "pytest ", "git ")  # fmt: skip
"""What else a shell is told to do."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
TARGETS = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.M))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_block_is_of_a_kind_that_a_test_reads(page: Path) -> None:
    assert languages(page) <= RUN | ONLY_NAMED | DIRECTIVES


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_and_options_that_are_named_exist(page: Path) -> None:
    for line in [*_of_blocks(page), *_in_sentences(page)]:
        for part in re.split(r"&&|\|\|? |;|<\(", line):
            words = _words(part)
            if words[:1] == ["koopopt"]:
                assert _wrong(words[1:]) == [], line


def _of_blocks(page: Path) -> Iterator[str]:
    """Yield the lines of shells and of blocks that name no language, continued ones whole."""
    text = "".join(blocks(page, "sh") + blocks(page, ""))
    yield from re.sub(r"\\\n|\n {8,}(?=[\[|-])", " ", text).splitlines()
    for block in blocks(page, "console"):
        yield from (line for line, _ in runs(block))


def _in_sentences(page: Path) -> Iterator[str]:
    prose = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.S | re.M)
    for code in re.findall(r"(?<!`)`(koopopt [^`]+)`(?!`)", prose):
        yield code.replace("\n", " ")


def _words(part: str) -> list[str]:
    """Return the words of a command or of its synopsis, `[--gap G]...` as `--gap`, `G`."""
    return re.sub(r"[\[\]()|…'\"`,]|\.\.\.", " ", part.partition("   #")[0]).split()


def _wrong(words: list[str]) -> list[str]:
    """Return what of a command line of koopopt there is not."""
    command: click.Command = main
    known = _options(main)
    for word in words:
        if not isinstance(command, click.Group) or not re.fullmatch(r"[a-z]+", word):
            break
        if word not in command.commands:
            return [word]
        command = command.commands[word]
        known |= _options(command)
    return [w for w in words if re.match(r"--?[a-z]", w) and w.split("=")[0] not in known]


def _options(command: click.Command) -> set[str]:
    return {name for p in command.params for name in (*p.opts, *p.secondary_opts)}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_other_lines_of_shells_are_known_ones(page: Path) -> None:
    for line in "".join(blocks(page, "sh")).splitlines():
        said = line.strip()
        assert not said or said.startswith(("koopopt ", "#", *OTHERS)), line


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_targets_of_make_extras_and_scripts_exist(page: Path) -> None:
    code = re.findall(r"`([^`]+)`", page.read_text("utf-8")) + list(_of_blocks(page))
    for line in code:
        for target in re.findall(r"^make (?:[A-Z]+=\S+ )?([a-z]+)", line):
            assert target in TARGETS, line
        for extras in re.findall(r"koopopt\[([a-z,]+)\]", line):
            assert set(extras.split(",")) <= PROJECT["optional-dependencies"].keys(), line
        for script in re.findall(r"^python (docs/\S+\.py|tests/\S+\.py|benchmarks/\S+\.py)", line):
            assert (ROOT / script).exists(), line


def test_the_synopsis_of_each_command_has_all_its_options() -> None:
    """What `docs/cli.md` writes out by hand is complete."""
    synopsis = r"^koopopt (\w+) ((?:.+\n)(?:^ .+\n)*)"
    told: dict[str, set[str]] = {}
    for name, said in re.findall(synopsis, "".join(blocks(ROOT / "docs" / "cli.md", "")), re.M):
        told.setdefault(name, {"--lang", "--debug", "--help"}).update(
            re.findall(r"--?[a-z][a-z-]*", said)
        )
    assert {"solve", "front", "share", "report", "choose"} <= told.keys()
    for name, options in told.items():
        kinds = [p for p in main.commands[name].params if isinstance(p, click.Option)]
        assert [p.opts for p in kinds if not options & {*p.opts, *p.secondary_opts}] == [], name
