"""JSON Schema of all files that people write and other programs read, by name.

`make schemas` writes them into the folder ``schemas``, which is shipped as ``koopopt/schemas``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from koopopt.case.sense import GRANT_PATTERN
from koopopt.certifying.document import Certificate
from koopopt.checking.schema import json_schema
from koopopt.comparing.values import Comparison
from koopopt.criteria import CRITERIA
from koopopt.errors import UsageError
from koopopt.grants.programme import GrantProgramme
from koopopt.language.hints import Names
from koopopt.reading import schemas
from koopopt.reading.schemas import Schema, by_criterion
from koopopt.storage import bench_schema, front_schema, run_schema
from koopopt.text import T, Text


@dataclass(frozen=True, slots=True)
class Emitted:
    """A schema: what it is of, and how it is made."""

    title: Text
    make: Callable[[], Schema]


def of_run() -> Schema:
    """Return the schema of run.json."""
    made = json_schema(run_schema.RunFile)
    keys = made["properties"]
    for key in ("criteria", "weights", "limits"):
        keys[key] = by_criterion(keys[key])
    keys["lexicographic"] |= {"items": {"enum": list(CRITERIA)}, "uniqueItems": True}
    return made


def of_front() -> Schema:
    """Return the schema of front.json; the criteria of a model have any names."""
    return json_schema(front_schema.FrontFile)


def of_programme() -> Schema:
    """Return the schema of a grant programme."""
    made = json_schema(GrantProgramme, toml=True)
    made["required"].remove("id")  # it is the name of the file
    amounts = made["$defs"]["Amount"]["properties"]["by_members"]
    amounts["propertyNames"] = {"pattern": f"^({GRANT_PATTERN.pattern})$"}
    return made


def of_comparison() -> Schema:
    """Return the schema of what `koopopt compare --json` writes."""
    return json_schema(Comparison)


def of_certificate() -> Schema:
    """Return the schema of a certificate."""
    return json_schema(Certificate)


def of_result() -> Schema:
    """Return the schema of a row of results.csv of `koopopt bench`, as an object."""
    return json_schema(bench_schema.ResultRow)


def of_trajectory() -> Schema:
    """Return the schema of a row of trajectory.csv of `koopopt bench`, as an object."""
    return json_schema(bench_schema.TrajectoryRow)


_TITLES: Final[Mapping[str, Text]] = {
    "instance": T("instance.toml of an instance"),
    "service": T("service models"),
    "legal-forms": T("sets of legal forms"),
    "grant-programme": T("grant programmes"),
    "run": T("run.json of koopopt solve"),
    "front": T("front.json of koopopt front"),
    "certificate": T("certificates of koopopt solve --certificate"),
    "comparison": T("comparisons of koopopt compare --json"),
    "bench-result": T("rows of results.csv of koopopt bench"),
    "bench-trajectory": T("rows of trajectory.csv of koopopt bench"),
}
_MAKE: Final = {
    **schemas.SCHEMAS,
    "grant-programme": of_programme,
    "run": of_run,
    "front": of_front,
    "certificate": of_certificate,
    "comparison": of_comparison,
    "bench-result": of_result,
    "bench-trajectory": of_trajectory,
}
SCHEMAS: Final[Mapping[str, Emitted]] = {
    name: Emitted(_TITLES[name], make) for name, make in _MAKE.items()
}
"""The schemas by their names."""


def text(name: str) -> str:
    """Return the schema of this name as JSON; raise `UsageError` where there is none."""
    if name not in SCHEMAS:
        raise UsageError(
            T("There is no schema {name}. {remedy}",
              name=repr(name), remedy=Names(SCHEMAS).remedy(name))
        )  # fmt: skip
    return schemas.written(name, SCHEMAS[name].make())


def write_all(folder: str | Path) -> None:
    """Write all schemas into a folder, in place of those that are there."""
    Path(folder).mkdir(exist_ok=True)
    for name in SCHEMAS:
        (Path(folder) / f"{name}.json").write_text(text(name), "utf-8", newline="\n")
