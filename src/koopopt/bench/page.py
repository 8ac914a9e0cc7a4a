"""The page of a benchmark: one HTML file without a script, which loads nothing.

It says what the terminal says, with three pictures and the table of all runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from koopopt.bench import charts, told
from koopopt.bench.registry import BenchSet
from koopopt.bench.results import Row, Track
from koopopt.language.inert import on_line
from koopopt.report.values.blocks import Figure, Grid, Heading, Money, Words, rendered, shown
from koopopt.text import T, in_language


def html(rows: Sequence[Row], track: Track, known: Sequence[BenchSet], lang: str) -> str:
    """Return the page of these rows, which are one or more, in a language."""
    rooms = Environment(
        loader=PackageLoader("koopopt.bench", ""), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    there = {row.set for row in rows}
    named = [one for one in known if one.name in there]
    return rooms.get_template("page.html").render(
        lang=lang,
        title=T("Benchmark: {sets}", sets=", ".join(one.name for one in named)).render(lang),
        lead=list(_lead(rows, lang)),
        parts=list(_parts(rows, named, lang)),
        # Drawn by the library from numbers and from names that it escapes.
        pictures=[(title, Markup(svg["wide"]), Markup(svg["narrow"]))
                  for title, svg in charts.drawn(rows, track, lang)],
        origins_title=T("Where the instances come from").render(lang),
        origins=list(_origins(named, lang)),
        all_runs=T("All runs").render(lang),
        runs=_table(told.runs(rows), "", lang),
    )  # fmt: skip


def _lead(rows: Sequence[Row], lang: str) -> Iterator[str]:
    first = rows[0]
    yield T("{runs} runs, each in a process of its own on one thread, at most {seconds} s;"
            " koopopt {version}, Python {python}.", runs=len(rows), seconds=first.time_limit,
            version=first.version, python=first.python).render(lang)  # fmt: skip
    used = dict.fromkeys(row.solver_version for row in rows if row.solver_version)
    yield on_line(T("Back ends: {names}. Machine: {machine}.", names=", ".join(used) or "–",
                    machine=first.machine).render(lang))  # fmt: skip
    days = sorted({row.started[:10] for row in rows if row.started})
    if len(days) == 1:
        yield T("Measured on {day}.", day=days[0]).render(lang)
    elif days:
        yield T("Measured from {first} to {last}.", first=days[0], last=days[-1]).render(lang)


def _parts(
    rows: Sequence[Row], known: Sequence[BenchSet], lang: str
) -> Iterator[Mapping[str, Any]]:
    heading = ""
    for block in told.blocks(rows, known):
        match block:
            case Heading(text, _):
                heading = _said(text, lang)
                yield {"kind": "heading", "text": heading}
            case Grid():
                yield _table(block, heading, lang)
            case _:
                yield {"kind": "sentence", "text": _said(block.text, lang)}


def _table(grid: Grid, name: str, lang: str) -> dict[str, Any]:
    def cell(value: Any) -> str:
        if isinstance(value, Money | Figure):
            return shown(value, lang)
        return _said(value, lang)

    return {
        "kind": "table",
        "name": name,
        "heads": [(_said(t, lang), k in grid.words) for k, t in enumerate(grid.headings)],
        "rows": [[(cell(c), k in grid.words) for k, c in enumerate(row)] for row in grid.rows],
    }


def _origins(known: Sequence[BenchSet], lang: str) -> Iterator[str]:
    for one in known:
        yield f"{one.name}: {in_language(one.source, lang)}"
        if one.found:
            yield T("Best known of {set}: {found}", set=one.name,
                    found=in_language(one.found, lang)).render(lang)  # fmt: skip


def _said(words: Words, lang: str) -> str:
    return on_line(rendered(words, lang))
