"""What is never written over: the files that something was read from, and instances.

Commands that write ask before they read or compute anything; `koopopt.save` asks as well. A file
is the same one by all its names, spellings and links.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from koopopt.errors import UsageError
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.reading.folder import Folder

SETTINGS_FILE: Final = "instance.toml"


def spare(
    read: Iterable[str | Path | None],
    *,
    files: Iterable[Path | None] = (),
    folders: Iterable[tuple[Path | None, Iterable[str]]] = (),
) -> None:
    """Make sure that what a command writes harms nothing; None is what was not asked for.

    Parameters
    ----------
    read : iterable of paths
        Files and instances; the names of shipped ones are no paths and do no harm.
    files : iterable of Path
        What is written.
    folders : iterable of (Path, names)
        Into which files of these names are written.

    Raises
    ------
    UsageError
        If a file that is read, or a file of any instance, would be replaced, or a folder that
        holds an instance would get results.
    """
    into = [(folder, names) for folder, names in folders if folder is not None]
    written = [file for file in files if file is not None]
    if not into and not written:
        return
    inputs = [file for path in read if path is not None for file in _files_of(Path(path))]
    for folder, names in into:
        if _own_names(folder):
            raise UsageError(
                T("{path} holds the files of an instance; name another folder for the results.",
                  path=repr(str(folder)))
            )  # fmt: skip
        for name in names:
            _spare(folder / name, inputs)
    for file in written:
        _spare(file, inputs)
        _spare_instance(file)


def is_one_of(path: Path, files: Iterable[Path]) -> bool:
    """Whether a name means one of these files."""
    there = _identity(path)
    return there is not None and there in map(_identity, files)


def _spare(path: Path, inputs: list[Path]) -> None:
    if is_one_of(path, inputs):
        raise UsageError(
            T("{path} is one of the files that are read; write to another place.",
              path=repr(str(path)))
        )  # fmt: skip
    if _is_instance(path):
        raise UsageError(
            T("{path} is a workbook that holds an instance; write to another file.",
              path=repr(str(path)))
        )  # fmt: skip


def _spare_instance(path: Path) -> None:
    """Refuse a file that is, or would become, one of those of the instance in its folder."""
    for place in (path, Path(os.path.realpath(path))):
        if place.name.casefold() in map(str.casefold, _own_names(place.parent)):
            raise UsageError(
                T("{path} belongs to the instance in its folder; write to another file.",
                  path=repr(str(path)))
            )  # fmt: skip


def _files_of(path: Path) -> Iterator[Path]:
    """Yield the files that are read there: those of the instance where it is a folder."""
    if not os.path.isdir(path):
        yield path
        return
    for name in _own_names(path):
        yield path / name


def _own_names(path: Path) -> tuple[str, ...]:
    """Return the names that files of the instance in a folder have; none where there is none."""
    from koopopt.reading.folder import Folder

    source = Folder(path)
    settings = os.path.lexists(path / SETTINGS_FILE)
    if not settings and not (source.has("municipalities") and not _is_result(source)):
        return ()
    document = source.document(SETTINGS_FILE) if settings else None
    named = {} if document is None else document.data
    services = named.get("services")
    models = [*(services if isinstance(services, list) else ()), named.get("legal_forms")]
    own = (str(name) for name in models if str(name).endswith(".toml"))
    return (SETTINGS_FILE, *source.wanted(), *own)


def _is_result(source: Folder) -> bool:
    """Whether the table of municipalities in a folder is that of a plan."""
    from koopopt.evaluation import MUNICIPALITY_COLUMNS

    text = source.text(source.file("municipalities"))
    return text is not None and text.startswith(",".join(MUNICIPALITY_COLUMNS))


def _is_instance(path: Path) -> bool:
    """Whether a file is a workbook that holds an instance."""
    from koopopt.reading.spreadsheets.kinds import ENDINGS
    from koopopt.reading.workbook import Workbook

    if path.suffix.lower() not in ENDINGS or not os.path.isfile(path):
        return False
    return Workbook(path).has_document(SETTINGS_FILE)


def _identity(path: Path) -> tuple[int, int] | None:
    from koopopt.reading.folder import identity

    try:
        return identity(os.stat(path))
    except (OSError, ValueError):
        return None
