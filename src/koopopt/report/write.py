"""Reports as files: what a name ends in says what is written.

    .html              the report, one page that needs nothing else
    .xlsx              the plan as a workbook
    .gpkg, .geojson    the plan for geographic information systems
    .svg, .png         a picture: the plans as points (`chart`), or one service of the plan (`map`)
    no ending          a folder with all of them

What is wrong with a name or missing for it is found before anything is computed (`check`).
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from koopopt.checking.typed import checked
from koopopt.errors import DataError, KoopoptError, UsageError
from koopopt.language.hints import Names
from koopopt.pareto.front import Front
from koopopt.reading.boundaries import made_faults
from koopopt.reading.instance import read_boundaries
from koopopt.report.values.asked import Limits
from koopopt.report.values.decision import Decision
from koopopt.savings.samples import SAMPLES
from koopopt.solving.optimise import Result
from koopopt.storage import files, replacing
from koopopt.system.beside import beside
from koopopt.text import LANGUAGES, T

ENDINGS: Final = (".html", ".xlsx", ".gpkg", ".geojson", ".svg", ".png")
"""Endings of the files of a folder; ``.json`` is another name for ``.geojson``."""
EXTRA_PACKAGES: Final = {".xlsx": "openpyxl", ".gpkg": "pyogrio"}
"""Endings that need a package which is not always installed."""
PICTURE_ENDINGS: Final = (".svg", ".png")
PICTURE_KINDS: Final[tuple[Kind, ...]] = ("chart", "map")
REPORT_FILES: Final = ("report.html", "plan.xlsx", "partnerships.gpkg", "partnerships.geojson")
"""Files of a folder besides its pictures."""
MAX_ID_LETTERS: Final = 60
"""Of an id in the name of a file."""

Writer = Callable[[Path], None]
Kind = Literal["chart", "map"]
Picture = tuple[Kind, str | None]
"""What a picture shows, and of which service; None for the first in which somebody pools."""


@checked
def write_report(
    what: Result | Front | Decision,
    path: str | Path,
    lang: str = "en",
    *,
    plan: int | None = None,
    boundaries: str | Path | None = None,
    show: str | None = None,
    service: str | None = None,
    ask: Sequence[str] = (),
    samples: int = SAMPLES,
    time_limit: float | None = None,
    memory: int | None = None,
    cancel: threading.Event | None = None,
) -> tuple[Path, ...]:
    """Write a report of a run or a front, and return what was written.

    Parameters
    ----------
    what : Result or Front
    path : str or Path
        A file whose ending says what is written: ``.html``, ``.xlsx``, ``.gpkg``, ``.geojson``,
        ``.svg`` or ``.png``; or a folder, which gets all of them.
    lang : {"en", "de"}
    plan : int, optional
        The plan of a front to begin with, from 1; by default the best by the instance's weights.
    boundaries : str or Path, optional
        A GeoJSON file with the polygons of the municipalities; without one, and where the
        instance has none, maps are schematic.
    show : {"chart", "map"}, optional
        What a picture shows; by default the chart where there are several plans.
    service : str, optional
        The service of a map; by default the first in which somebody pools.
    ask : sequence of {"prices", "whatif", "ranges", "scenarios", "roadmap"}
        Questions to ask on the spot, for the page and the workbook: what each rule costs, what
        happens if one municipality says no, how sure the plan is, what it is worth in other
        futures, and in which order to found it. The first two are asked of the best plan by the
        weights, the others of the plan that the report begins with.
    samples : int
        Of ``ranges``.
    time_limit, memory, cancel
        As of `koopopt.solve`, of all questions together.

    Raises
    ------
    UsageError
        Where there is no plan, the ending is unknown, or a package is missing.
    DataError
        Where the boundaries are faulty, those of an instance made in memory included.
    """
    place = Path(path)
    if lang not in LANGUAGES:
        raise UsageError(
            T("There is no language {name}. {remedy}",
              name=repr(lang), remedy=Names(LANGUAGES).remedy(lang))
        )  # fmt: skip
    check(place)
    decision = prepared(what, plan=plan, boundaries=boundaries)
    limits = Limits(time.perf_counter(), time_limit, memory, samples=samples, cancel=cancel)
    decision = decision.asking(ask, limits)
    for told in decision.notes if boundaries is not None else ():
        warnings.warn(told.render(lang), stacklevel=2)
    picture = _picture(decision, show, service)
    if is_folder(place):
        return _folder(decision, place, lang)
    _writer(decision, place.suffix.lower(), lang, picture)(place)
    return (place,)


def prepared(
    what: Result | Front | Decision,
    *,
    plan: int | None = None,
    boundaries: str | Path | None = None,
) -> Decision:
    """Return what reports are made from; see `write_report`."""
    decision = what if isinstance(what, Decision) else Decision.of(what)
    if plan is not None:
        decision = decision.beginning_with(plan)
    if boundaries is not None:
        towns = decision.problem.instance.municipalities
        found = read_boundaries(boundaries, towns)
        decision = decision.with_boundaries(found.areas, found.attribution, found.notes)
    elif faults := made_faults(decision.problem.instance):
        raise DataError(faults)
    return decision


def is_folder(path: Path) -> bool:
    """Whether a name is a folder's: there is one, or the name has no ending."""
    return os.path.isdir(path) or not path.suffix


def check(path: Path) -> None:
    """Make sure that a report can be written there, before anything takes long.

    Raises
    ------
    UsageError
        If the ending is unknown, a package is missing, or there is no room for the file.
    """
    if is_folder(path):
        files.prepare(path)
        return
    ending = path.suffix.lower()
    if ending not in (*ENDINGS, ".json"):
        raise UsageError(
            T("{path}: nothing is written with this ending; known are {known}, and no ending for"
              " a folder with everything.", path=repr(str(path)), known=", ".join(ENDINGS))
        )  # fmt: skip
    check_file(path)


def check_file(path: Path) -> None:
    """Make sure that a file, whose ending is known, can be written there; see `check`."""
    ending = path.suffix.lower()
    if package := missing(ending):
        raise UsageError(
            T("{ending} files need the package {name}: pip install {name}.",
              ending=ending, name=package)
        )  # fmt: skip
    try:
        replacing.check(path)
        with tempfile.TemporaryFile(dir=replacing.real(path).parent):
            pass
    except OSError as error:
        raise UsageError(files.not_written(path, error)) from None


def missing(ending: str) -> str | None:
    """Return the package that files with this ending need, where it is not installed."""
    package = EXTRA_PACKAGES.get(ending)
    return package if package and not find_spec(package) else None


def _picture(decision: Decision, show: str | None, service: str | None) -> Picture:
    """Return what a picture shows, where not everything is said."""
    known = Names(s.id for s in decision.problem.facts.services)
    if service is not None and service not in known:
        raise UsageError(
            T("There is no service {name}. {remedy}",
              name=repr(service), remedy=known.remedy(service))
        )  # fmt: skip
    usual: Kind = "chart" if decision.several and service is None else "map"
    what = next((kind for kind in PICTURE_KINDS if kind == (show or usual)), None)
    if what is None:
        raise UsageError(
            T("There is no picture {name}. {remedy}",
              name=repr(show), remedy=Names(PICTURE_KINDS).remedy(str(show)))
        )  # fmt: skip
    if what == "chart" and not decision.several:
        raise UsageError(T("The chart shows the plans of a front; this is a single plan."))
    return what, service


def _writer(decision: Decision, ending: str, lang: str, picture: Picture) -> Writer:
    """Return what writes a file with this ending."""
    match ending:
        case ".html":
            from koopopt.report import page

            return lambda path: page.write(decision, path, lang)
        case ".xlsx":
            from koopopt.report import workbook

            return lambda path: workbook.write(decision, path, lang)
        case ".gpkg":
            from koopopt.report.maps import gis

            return lambda path: gis.write_geopackage(decision, path, lang)
        case ".geojson" | ".json":
            from koopopt.report.maps import gis

            return lambda path: gis.write_geojson(decision, path, lang)
    from koopopt.report.pictures import drawing

    return lambda path: drawing.write(decision, path, lang, *picture)


def _folder(decision: Decision, folder: Path, lang: str) -> tuple[Path, ...]:
    """Write everything for which the packages are there, and move it in once it is complete."""
    written = []
    try:
        with beside(folder) as there:
            for name, picture in _contents(decision):
                ending = Path(name).suffix
                if not missing(ending):
                    _writer(decision, ending, lang, picture)(there / name)
                    written.append(name)
            for name in written:  # all or none
                replacing.check(folder / name)
            for name in written:
                replacing.place(there / name, folder / name)
    except OSError as error:
        raise KoopoptError(files.not_written(folder, error)) from None
    return tuple(folder / name for name in written)


def _contents(decision: Decision) -> Iterator[tuple[str, Picture]]:
    """Yield the names of a folder's files; for pictures also what they show."""
    for name in REPORT_FILES:
        yield name, ("map", None)
    ids = [s.id for s in decision.problem.facts.services]
    for ending in PICTURE_ENDINGS:
        if decision.several:
            yield f"trade-offs{ending}", ("chart", None)
        for service, stem in zip(ids, stems(ids), strict=True):
            yield f"map-{stem}{ending}", ("map", service)


def stems(ids: Iterable[str]) -> tuple[str, ...]:
    """Return ids as parts of file names on any system: harmless, and different from each other."""
    taken: set[str] = set()
    found = []
    for id_ in ids:
        plain = re.sub(r"[^\w-]+", "-", id_).strip("-")[:MAX_ID_LETTERS] or "service"
        stem, k = plain, 1
        while stem.casefold() in taken:  # "Water" and "water" are one file on some systems
            k += 1
            stem = f"{plain}-{k}"
        taken.add(stem.casefold())
        found.append(stem)
    return tuple(found)
