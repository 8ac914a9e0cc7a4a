"""What there is: models with their figures, instances, back ends; each a text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from koopopt.case.library import LegalForm, Said, ServiceModel
from koopopt.grants.programme import GrantProgramme
from koopopt.language.inert import on_line
from koopopt.plugins import KINDS, Plugin
from koopopt.report.terminal.page import Page
from koopopt.report.values.parameters import (
    CONFIDENCE,
    Parameter,
    of_form,
    of_programme,
    of_service,
)
from koopopt.solvers import BackEndRow
from koopopt.text import T, Text
from koopopt.writing.toml import literal


def names(
    page: Page, groups: Iterable[tuple[Text, Iterable[tuple[str, Mapping[str, str]]]]]
) -> str:
    """Return groups of names with their titles."""
    for k, (heading, rows) in enumerate(groups):
        if k:
            page.gap()
        page.line(heading, "bold")
        page.table(
            [(T("Name"), "left"), (T("Title"), "left")],
            ((on_line(name), page.title(title)) for name, title in rows),
        )
    return page.text()


def service(page: Page, model: ServiceModel) -> str:
    """Return a service model in words: every figure, its source, how sure it is."""
    page.line(f"{page.title(model.title)} ({model.id})", "bold")
    _description(page, model.description)
    _figures(page, of_service(model))
    rules = {k: v for k, v in model.rules.items() if k not in ("source", "confidence")}
    if rules:
        page.gap()
        page.line(T("Rules for pooling:"))
        for key, value in rules.items():
            page.line(f"• {key} = {literal(value)}", indent=2)
        if model.rules.get("source"):
            page.line(T("Source: {source}", source=_shown(page, model.rules["source"])), "dim")
    return page.text()


def legal_forms(page: Page, forms: Sequence[LegalForm]) -> str:
    """Return a set of legal forms in words."""
    for k, form in enumerate(forms):
        if k:
            page.gap()
        page.line(f"{page.title(form.title)} ({form.id})", "bold")
        _description(page, form.description)
        for condition in _conditions(form):
            page.line(f"• {page.words(condition)}", indent=2)
        _figures(page, of_form(form))
    return page.text()


def programme(page: Page, asked: GrantProgramme) -> str:
    """Return a grant programme in words: figures, conditions, documents, what is not known."""
    page.line(f"{page.title(asked.title)} ({asked.id})", "bold")
    _figures(page, of_programme(asked))
    if asked.new is not None:
        page.line(T("Only for a new cooperation."))
    groups = (
        (T("Conditions that no figure decides:"), [c.title for c in asked.condition]),
        (T("Documents that are asked for:"), [e.title for e in asked.evidence]),
        (T("To be known:"), [remark.text for remark in asked.remark]),
    )
    for heading, titles in groups:
        if titles:
            page.gap()
            page.line(heading)
        for title in titles:
            page.line(f"• {page.title(title)}", indent=2)
    return page.text()


def back_ends(page: Page, rows: Iterable[BackEndRow]) -> str:
    """Return the back ends: name, version, what it can do; those that are missing by name."""
    rows = list(rows)
    page.table(
        [(T("Name"), "left"), (T("Version"), "left"), (T("Abilities"), "left")],
        (
            (
                row.name,
                page.words(row.version),
                ", ".join(sorted(page.words(ABILITIES[f.name]) for f in row.features)),
            )
            for row in rows
            if row.version is not None
        ),
    )
    missing = [row.name for row in rows if row.version is None]
    if missing:
        page.gap()
        page.line(T("Not installed: {names}", names=", ".join(missing)), "dim")
    return page.text()


def plugins(page: Page, rows: Sequence[Plugin[Any]]) -> str:
    """Return the plug-ins: kind, name, package, version; below, why some are not used."""
    if not rows:
        page.line(T("No other package adds anything."))
    else:
        page.table(
            [
                (T("Kind"), "left"),
                (T("Name"), "left"),
                (T("Package"), "left"),
                (T("Version"), "left"),
                (T("Used"), "left"),
            ],
            (
                (
                    page.words(KINDS[row.kind]),
                    *map(on_line, (row.name, row.package, row.version)),
                    page.words(T("yes") if row.reason is None else T("no")),
                )
                for row in rows
            ),
        )
    for row in rows:
        if row.reason is not None:
            page.gap()
            page.line(row.told)
    return page.text()


def plugin_table(row: Plugin[Any], lang: str) -> dict[str, str | None]:
    """Return a plug-in as JSON has it; ``reason`` is null where it is used."""
    about = {key: getattr(row, key) for key in ("kind", "name", "package", "version")}
    return {**about, "reason": None if row.reason is None else row.reason.render(lang)}


ABILITIES = {
    "CONTINUOUS": T("continuous columns"),
    "DUALS": T("duals"),
    "GAP": T("gap"),
    "INTERRUPT": T("interrupt"),
    "PROGRESS": T("progress"),
    "SEED": T("seed"),
    "THREADS": T("threads"),
    "TIME_LIMIT": T("time limit"),
    "WARM_START": T("warm start"),
}
"""What a back end can do, in words; keys are the names of `koopopt.solvers.base.Feature`."""


def _description(page: Page, description: Mapping[str, str]) -> None:
    if description:
        page.line(page.title(description))


def _conditions(form: LegalForm) -> Iterable[Text]:
    if not form.services:
        yield T("not open to new partnerships: only to name those of today")
    elif form.services != "all":
        yield T("only for: {services}", services=", ".join(form.services))
    if form.same_county:
        yield T("only within one county")
    if form.same_state:
        yield T("only within one state")


def _figures(page: Page, figures: Sequence[Parameter]) -> None:
    """Write the figures, their sources as numbered notes below."""
    said = [_shown(page, p.source) for p in figures]
    sources = list(dict.fromkeys(filter(None, said)))
    page.gap()
    page.table(
        [
            (T("Figure"), "left"),
            (T("Value"), "right"),
            (T("Unit"), "left"),
            (T("How sure"), "left"),
            (T("Source"), "right"),
        ],
        (
            (
                page.words(p.name),
                page.any_figure(p.value),
                page.words(p.unit),
                page.words(CONFIDENCE[p.confidence]),
                f"[{sources.index(source) + 1}]" if source else "–",
            )
            for p, source in zip(figures, said, strict=True)
        ),
    )
    for k, source in enumerate(sources, 1):
        page.line(f"[{k}] {source}", "dim", 2)


def _shown(page: Page, said: Said) -> str:
    """Return what an author says, in the page's language where it is said in it."""
    return said if isinstance(said, str) else page.title(said)
