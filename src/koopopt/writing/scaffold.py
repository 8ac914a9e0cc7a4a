"""A new instance to start from: a small valid example with comments, or a copy of another one."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Final

from koopopt.case import resources
from koopopt.reading.instance import read
from koopopt.reading.schemas import with_schemas
from koopopt.reading.settings import demand_name
from koopopt.writing.contents import demand_folder, refuse_existing, write_files
from koopopt.writing.example import files as example_files
from koopopt.writing.instance import write
from koopopt.writing.toml import with_value


def scaffold(
    name: str, target: str | Path, *, source: str | Path | None = None, lang: str = "en"
) -> Path:
    """Create the folder of a new instance, which reads without a fault as it stands.

    Parameters
    ----------
    name : str
        Name of the new instance.
    target : str or Path
        The folder to create; where it exists, none of its files is touched.
    source : str or Path, optional
        An instance (shipped name, folder or workbook) to copy instead of the example. The files
        of a folder are copied as they are, comments and all; where none is named, the first
        line of a TOML file names its schema.
    lang : {"en", "de"}
        Language of the example's remarks.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    UsageError
        If a file is there already, or the name cannot be one.
    DataError
        If `source` has faults.
    """
    folder = Path(target)
    demand_name(name)
    demand_folder(folder)
    if source is None:
        write_files(with_schemas(example_files(name, lang)), folder)
    else:
        _copy(name, folder, source)
    return folder


def _copy(name: str, folder: Path, source: str | Path) -> None:
    instance = read(source)
    home = Path(source)
    if not (home / "instance.toml").is_file() and not home.is_file():
        home = resources.instances()[str(source)]
    refuse_existing(folder / "instance.toml")
    if home.is_file():
        write(dataclasses.replace(instance, name=name), folder)
        return
    inside = home.resolve()
    files: dict[str, str | bytes] = {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.suffix in COPIED and path.is_file() and path.resolve().is_relative_to(inside)
    }
    text = (home / "instance.toml").read_bytes().decode("utf-8-sig")  # with its ends of lines
    write_files(with_schemas({**files, "instance.toml": with_value(text, "name", name)}), folder)


COPIED: Final = (".toml", ".csv", ".geojson", ".md")
