"""Where the model library, with that of plug-ins, and the shipped instances are.

Service models and sets of legal forms have a door each, so one of each kind may share a name.
Grant programmes are the library's own: who has another one names its file.
In an installed package they lie in the package (`koopopt/models`, `koopopt/instances`), in a
checkout at the root of the repository. So does the registry of benchmark sets.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

from koopopt.packages import entries
from koopopt.plugins import Door, Offer, Refused
from koopopt.text import T


def services() -> dict[str, Path]:
    """Return the service models of the library and of plug-ins, name -> file."""
    return _models("services")


def service_titles(names: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """Return the titles of those of these services of which the library, or a plug-in, has a model.

    Files that cannot be read as models are left out: who wants the model itself is told why.
    """
    known, found = services(), {}
    for name in sorted(set(names) & known.keys()):
        try:
            table = tomllib.loads(known[name].read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if _titled(table):
            found[name] = table["title"]
    return found


def legal_forms() -> dict[str, Path]:
    """Return the sets of legal forms of the library and of plug-ins, name -> file."""
    return _models("legal_forms")


def grant_programmes() -> dict[str, Path]:
    """Return the grant programmes of the library, name -> file."""
    return _toml_files(_home("models"), "grant_programmes")


def label(name: str, path: Path) -> str:
    """Return what users call the file of a model: ``models/services/water.toml``."""
    (package,) = DOORS[path.parent.name].package(name) or ("models",)
    return "/".join((package, *path.parts[-2:]))


def packages(services: Iterable[str], legal_forms: str) -> dict[str, str]:
    """Return the packages, with their versions, whose models these names mean."""
    found = dict(DOORS["legal_forms"].package(legal_forms))
    for name in services:
        found |= DOORS["services"].package(name)
    return found


def shipped(name: str) -> str | None:
    """Return the name of a shipped instance; others can only be read from where they are."""
    return name if name in instances() else None


def instances() -> dict[str, Path]:
    """Return the shipped instances, name -> folder."""
    home = _home("instances")
    return {path.parent.name: path.parent for path in sorted(home.glob("*/instance.toml"))}


def benchmarks() -> Path:
    """Return the registry of benchmark sets."""
    return _home("benchmarks") / "registry.toml"


def _models(folder: str) -> dict[str, Path]:
    return _toml_files(_home("models"), folder) | DOORS[folder].things


def _toml_files(home: Path, folder: str) -> dict[str, Path]:
    return {path.stem: path for path in sorted((home / folder).glob("*.toml"))}


def _outside(folder: str) -> Iterator[Offer[Path]]:
    """Yield the models of a kind in the folders of packages.

    A folder that is not there, or holds no model of any kind, is told by its name, among the
    service models alone.
    """
    for entry in entries("koopopt.services"):
        try:
            home = entry.folder()
            if not any(_toml_files(home, each) for each in _KINDS):
                raise Refused(T("It has no file services/*.toml or legal_forms/*.toml."))
        except Exception as error:
            if folder == "services":
                yield Offer(_KINDS[folder], entry.name, entry, partial(_raise, error))
            continue
        for name, path in _toml_files(home, folder).items():
            yield Offer(_KINDS[folder], name, entry, partial(_readable, folder, path))


def _raise(error: Exception) -> NoReturn:
    raise error


def _readable(folder: str, path: Path) -> Path:
    """Return the path of a model that can be listed; what else is wrong, reading it tells."""
    table = tomllib.loads(path.read_text("utf-8"))
    tables = [table] if folder == "services" else table.get("legal_form")
    if not isinstance(tables, list) or not all(_titled(part) for part in tables):
        raise Refused(T("It has no title by language, such as title.en."))
    return path


def _titled(table: object) -> bool:
    title = table.get("title") if isinstance(table, dict) else None
    return (
        isinstance(title, dict) and bool(title) and all(isinstance(t, str) for t in title.values())
    )


def _door(folder: str) -> Door[Path]:
    return Door(partial(_outside, folder), lambda: _toml_files(_home("models"), folder))


_KINDS: Final = {"services": "service", "legal_forms": "legal_forms"}
"""Folders, and the kind of model in them."""

DOORS: Final = {folder: _door(folder) for folder in _KINDS}
"""The doors of models, by folder."""


def _home(what: str) -> Path:
    here = Path(__file__).parents[1]
    inside = here / what
    return inside if inside.is_dir() else here.parents[1] / what
