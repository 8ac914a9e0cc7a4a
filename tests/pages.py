"""The pages of the documentation and what stands in them: blocks by language, commands by line."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
WRITTEN = [page for page in sorted(DOCS.rglob("*.md")) if "example-plugin" not in page.parts]
"""The pages of the site."""
PAGES = [*sorted(ROOT.glob("*.md")), *WRITTEN]


def named(page: Path) -> str:
    """Return the name of a page in a report of tests."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    """Return the blocks of code of a language, "" for those that name none."""
    found = re.findall(r"^```([^\n`]*)\n(.*?)^```", page.read_text("utf-8"), re.S | re.M)
    return [block for name, block in found if name == language]


def with_blocks(language: str) -> list[Path]:
    """Return the pages that have such blocks."""
    return [page for page in PAGES if blocks(page, language)]


def languages(page: Path) -> set[str]:
    """Return the languages of all blocks of code; directives stand as {name}."""
    found = re.findall(r"^```([^\n`]+)\n.*?^```", page.read_text("utf-8"), re.S | re.M)
    return {name.split("}")[0] + "}" if name.startswith("{") else name for name in found}


def runs(block: str) -> list[tuple[str, list[str]]]:
    """Return the command lines of a console, each with the output shown (… stands for more)."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line != "…":
            found[-1][1].append(line)
    return found
