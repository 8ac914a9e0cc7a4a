"""Where the shipped model library and instances are.

In an installed package they lie in the package (`koopopt/models`, `koopopt/instances`), in a
checkout at the root of the repository.
"""

from __future__ import annotations

from pathlib import Path


def services() -> dict[str, Path]:
    """Return the service models of the library, name -> file."""
    return _toml_files("services")


def legal_forms() -> dict[str, Path]:
    """Return the sets of legal forms of the library, name -> file."""
    return _toml_files("legal_forms")


def instances() -> dict[str, Path]:
    """Return the shipped instances, name -> folder."""
    home = _home("instances")
    return {path.parent.name: path.parent for path in sorted(home.glob("*/instance.toml"))}


def _toml_files(kind: str) -> dict[str, Path]:
    return {path.stem: path for path in sorted((_home("models") / kind).glob("*.toml"))}


def _home(what: str) -> Path:
    here = Path(__file__).parents[1]
    inside = here / what
    return inside if inside.is_dir() else here.parents[1] / what
