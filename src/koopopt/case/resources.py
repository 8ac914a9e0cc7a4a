"""Where the model library, with that of plug-ins, and the shipped instances are.

In an installed package they lie in the package (`koopopt/models`, `koopopt/instances`), in a
checkout at the root of the repository.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

from koopopt.packages import entries
from koopopt.plugins import Door, Offer, Refused
from koopopt.text import T


def services() -> dict[str, Path]:
    """Return the service models of the library and of plug-ins, name -> file."""
    return _models("service")


def legal_forms() -> dict[str, Path]:
    """Return the sets of legal forms of the library and of plug-ins, name -> file."""
    return _models("legal_forms")


def label(name: str, path: Path) -> str:
    """Return what users call the file of a model: ``models/services/water.toml``."""
    (package,) = DOOR.package(name) or ("models",)
    return "/".join((package, *path.parts[-2:]))


def instances() -> dict[str, Path]:
    """Return the shipped instances, name -> folder."""
    home = _home("instances")
    return {path.parent.name: path.parent for path in sorted(home.glob("*/instance.toml"))}


_FOLDERS: Final = {"service": "services", "legal_forms": "legal_forms"}
"""Kinds of models, and their folders."""


def _models(kind: str) -> dict[str, Path]:
    known = _toml_files(_home("models"), kind)
    others = (p for p in DOOR.plugins if p.kind == kind and p.thing is not None)
    return known | {p.name: p.thing for p in others if p.thing is not None}


def _toml_files(home: Path, kind: str) -> dict[str, Path]:
    return {path.stem: path for path in sorted((home / _FOLDERS[kind]).glob("*.toml"))}


def _own() -> list[str]:
    return [name for kind in _FOLDERS for name in _toml_files(_home("models"), kind)]


def _outside() -> Iterator[Offer[Path]]:
    """Yield the models in the folders of packages; a folder without any is told by its name."""
    for entry in entries("koopopt.services"):
        try:
            home = entry.folder()
        except Exception as error:
            yield Offer("service", entry.name, entry, partial(_raise, error))
            continue
        found = [(kind, *item) for kind in _FOLDERS for item in _toml_files(home, kind).items()]
        for kind, name, path in found:
            yield Offer(kind, name, entry, partial(_readable, kind, path))
        if not found:
            none = Refused(T("It has no file services/*.toml or legal_forms/*.toml."))
            yield Offer("service", entry.name, entry, partial(_raise, none))


def _raise(error: Exception) -> NoReturn:
    raise error


def _readable(kind: str, path: Path) -> Path:
    """Return the path of a model that can be listed; what else is wrong, reading it tells."""
    table = tomllib.loads(path.read_text("utf-8"))
    tables = [table] if kind == "service" else table.get("legal_form")
    if not isinstance(tables, list) or not all(_titled(part) for part in tables):
        raise Refused(T("It has no title by language, such as title.en."))
    return path


def _titled(table: object) -> bool:
    title = table.get("title") if isinstance(table, dict) else None
    return (
        isinstance(title, dict) and bool(title) and all(isinstance(t, str) for t in title.values())
    )


DOOR: Final = Door(_outside, _own)


def _home(what: str) -> Path:
    here = Path(__file__).parents[1]
    inside = here / what
    return inside if inside.is_dir() else here.parents[1] / what
