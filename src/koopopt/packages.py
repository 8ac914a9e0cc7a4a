"""What installed packages offer to koopopt, by their metadata: nothing of theirs is imported."""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

LOCALE = "koopopt.locale"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry point of a package.

    Attributes
    ----------
    name, value : str
        ``name = value`` in the package's pyproject.toml.
    package, version : str
        The distribution package that has it.
    point : EntryPoint
    """

    name: str
    value: str
    package: str
    version: str
    point: EntryPoint

    def load(self) -> object:
        """Import what the entry point names."""
        thing: object = self.point.load()
        return thing

    def folder(self) -> Path:
        """Return the folder that the value names as ``package.folder``, without importing it.

        Raises
        ------
        ImportError, NotADirectoryError
            If there is none.
        """
        from importlib.util import find_spec

        first, *rest = self.value.split(".")
        spec = find_spec(first)
        if spec is None or not spec.submodule_search_locations:
            raise ImportError(f"there is no package {first!r}")
        path = Path(next(iter(spec.submodule_search_locations)), *rest)
        if not path.is_dir():
            raise NotADirectoryError(f"{path} is no folder")
        return path

    def catalogue(self, lang: str) -> gettext.NullTranslations:
        """Return the translations: the name is the gettext domain, the value the folder."""
        return gettext.translation(self.name, self.folder(), languages=[lang])


def entries(group: str) -> tuple[Entry, ...]:
    """Return the entry points of a group in a fixed order."""
    return _entries().get(group, ())


@cache
def _entries() -> dict[str, tuple[Entry, ...]]:
    from importlib.metadata import entry_points

    found, everything = {}, entry_points()
    for group in (name for name in everything.groups if name.startswith("koopopt.")):
        listed = [
            Entry(point.name, point.value, point.dist.name, point.dist.version, point)
            for point in everything.select(group=group)
            if point.dist is not None
        ]
        found[group] = tuple(sorted(listed, key=lambda entry: (entry.name, entry.package)))
    return found


def version_of(package: str) -> str | None:
    """Return the version of a distribution package; None where it is not installed here."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except (PackageNotFoundError, ValueError):
        return None


def installed(package: str) -> bool:
    """Whether a distribution package is installed here."""
    return version_of(package) is not None
