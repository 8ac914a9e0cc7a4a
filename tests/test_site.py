"""The site of the pages: builds without a warning, runs its notebooks, loads nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
import pytest
from filelock import FileLock

import koopopt
from koopopt import choice
from koopopt.cli import main
from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES
from koopopt.storage.json_schemas import SCHEMAS
from pages import DOCS, WRITTEN

if not os.environ.get("CI") and not all(map(find_spec, ("sphinx", "myst_nb", "furo"))):
    pytest.skip("The extra docs is not installed: make docs", allow_module_level=True)

LOADED = {("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("link", "href")}
"""What a browser fetches by itself."""


class Seen(HTMLParser):
    """What stands in a page: ids, links, what is loaded, the language."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.lang: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            if (tag, name) in LOADED and value:
                self.loaded.append(value)
            if (tag, name) == ("a", "href") and value:
                self.links.append(value)
            if (tag, name) == ("html", "lang"):
                self.lang = value


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site, built once for all workers of pytest."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent
    built = place / "site"
    with FileLock(place / "site.lock"):
        if not built.exists():
            _build(place / "site-read", place / "site-made")
            (place / "site-made").rename(built)
    return built


def _build(read: Path, to: Path) -> None:
    command = (sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-j", "2")
    done = subprocess.run(
        [*command, "-d", str(read), str(DOCS), str(to)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def seen(site: Path) -> dict[Path, Seen]:
    """Return what stands in each page."""
    pages = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    return {path: Seen(path.read_text("utf-8")) for path in pages}


def test_every_page_is_there(site: Path, seen: dict[Path, Seen]) -> None:
    made = {path.relative_to(site).with_suffix("").as_posix() for path in seen}
    written = {page.relative_to(DOCS).with_suffix("").as_posix() for page in WRITTEN}
    assert made == written | {"genindex", "search"}


def test_nothing_is_fetched_from_elsewhere(site: Path, seen: dict[Path, Seen]) -> None:
    fetched = {what for page in seen.values() for what in page.loaded}
    styles = "".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    fetched |= set(re.findall(r"(?:url\(|@import\s+)['\"]?([^'\")\s]+)", styles))
    assert [what for what in fetched if re.match(r"(?:https?:)?//", what)] == []


def test_links_within_the_site_lead_somewhere(site: Path, seen: dict[Path, Seen]) -> None:
    assert [broken for path, page in seen.items() for broken in _broken(path, page, seen)] == []


def _broken(path: Path, page: Seen, seen: dict[Path, Seen]) -> Iterator[str]:
    for link in (*page.links, *page.loaded):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        there = target.exists() and (target.suffix != ".html" or target in seen)
        anchor = unquote(parts.fragment)
        if not there or (anchor and target in seen and anchor not in seen[target].ids):
            yield f"{path.name}: {link}"


def test_every_public_name_has_its_entry(site: Path, seen: dict[Path, Seen]) -> None:
    entries = {id_ for page in seen.values() for id_ in page.ids}
    names = {f"koopopt.{name}" for name in koopopt.__all__ if name != "__version__"}
    names |= {f"koopopt.choice.{name}" for name in choice.__all__}
    assert names - entries == set()
    assert _stable() - entries == set()


def _stable() -> set[str]:
    """Return the names that plug-ins may rely on, as `docs/plugins.md` has them in a table.

    Types of keys and of arrays say all in their names; plans are documented as `koopopt.Plan`.
    """
    text = (DOCS / "plugins.md").read_text("utf-8").partition("## What is stable")[2]
    found = set()
    for module, names in re.findall(r"^\| `(koopopt\.[\w.]+)` \| (.+) \|$", text, re.M):
        if module != "koopopt.case.plan":
            found |= {f"{module}.{name}" for name in re.findall(r"(?<!: )`(\w+)`", names)}
    assert found
    skipped = ("koopopt.case.library.", "koopopt.linear.")
    return {n for n in found if not n.startswith(skipped)} | {"koopopt.linear.LinearModel"}


def test_every_command_and_option_has_its_entry(seen: dict[Path, Seen], site: Path) -> None:
    text = (site / "reference" / "commands.html").read_text("utf-8")
    for name, command in main.commands.items():
        assert re.search(rf"<h3>{name}<a", text), name
        for option in (p for p in command.params if isinstance(p, click.Option)):
            assert option.opts[-1] in text


def test_every_rule_and_key_of_a_format_has_its_row(site: Path) -> None:
    text = (site / "reference" / "formats.html").read_text("utf-8")
    for kind in (*PARTNERSHIP_RULES, *PLAN_RULES):
        for key in kind.keys():  # noqa: SIM118
            assert f">{key}<" in text, key
    assert [name for name in SCHEMAS if f'id="{name}"' not in text] == []


def test_german_pages_say_that_they_are_german(site: Path, seen: dict[Path, Seen]) -> None:
    german = {path for path, page in seen.items() if page.lang == "de"}
    assert german == set((site / "de").glob("*.html"))
    assert len(german) == 5
