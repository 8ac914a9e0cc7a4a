"""A summary on a terminal, in German or English: who with whom, what it costs, what to know.

Names come from files of others: they are shown as text, never as markup or escape sequences.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from koopopt.inert import on_line, on_terminal
from koopopt.report.summary import Broken, Comparison, Municipality, Pool, Summary, Title
from koopopt.text import T, Text, number

MOST_NAMES = 24
"""Names listed in a line before the rest is only counted."""

EURO = T("EUR/year")
PER_HEAD = T("EUR/inhab.")


@dataclass(frozen=True, slots=True)
class Page:
    """What is written to: a console in memory, and the language.

    `width` is in columns; without `colour` the text has no escape sequences at all.
    """

    lang: str = "en"
    width: int = 80
    colour: bool = False
    console: Console = field(init=False)

    def __post_init__(self) -> None:
        console = Console(
            file=io.StringIO(), width=self.width, force_terminal=self.colour, highlight=False,
            color_system="standard" if self.colour else None, markup=False, emoji=False,
            legacy_windows=False, _environ={},
        )  # fmt: skip
        object.__setattr__(self, "console", console)

    def words(self, text: Text | str) -> str:
        """Return a sentence in the page's language, harmless and on one line."""
        return on_line(text.render(self.lang) if isinstance(text, Text) else text)

    def title(self, title: Title) -> str:
        """Return a title in the page's language, else in English, else in any."""
        chosen = title.get(self.lang) or title.get("en") or next(iter(title.values()), "")
        return on_line(chosen)

    def figure(self, value: float, digits: int = 0, sign: bool = False) -> str:
        """Return a number in the page's language; a dash where there is none."""
        if not math.isfinite(value):
            return "–"
        shown = number(value, self.lang, digits)
        return f"+{shown}" if sign and round(value, digits) > 0 else shown

    def any_figure(self, value: object) -> str:
        """Return a number with the decimals that it needs; anything else as it is."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return on_line(str(value))
        return number(value, self.lang)

    def line(self, text: Text | str, style: str = "") -> None:
        """Write a paragraph."""
        self.console.print(Styled(self.words(text), style=style))

    def gap(self) -> None:
        """Write an empty line."""
        self.console.print()

    def table(self, headings: Sequence[tuple[Text, str]], rows: Iterable[Sequence[str]]) -> None:
        """Write a table; a heading is its words and ``left``, ``right`` or ``wide``."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        for words, kind in headings:
            table.add_column(
                Styled(self.words(words)),
                justify="right" if kind == "right" else "left",
                overflow="fold",
                no_wrap=kind == "right",
                ratio=None,
            )
        for row in rows:
            table.add_row(*(Styled(on_terminal(cell)) for cell in row))
        self.console.print(Padding(table, (0, 0, 0, 2), expand=False))

    def text(self) -> str:
        """Return what was written; blanks at the end of lines are left out."""
        written = self.console.file
        assert isinstance(written, io.StringIO)
        return "\n".join(line.rstrip() for line in written.getvalue().split("\n"))


def render(summary: Summary, page: Page, municipalities: bool = False) -> str:
    """Return the summary as text; with `municipalities` also what each of them pays."""
    page.line(page.title(summary.title), "bold")
    for k, sentence in enumerate(summary.verdict):
        page.line(sentence, "bold green" if summary.found and k == 0 and not summary.broken else "")
    if summary.broken:
        _broken(page, summary.broken)
    if summary.found:
        _who_with_whom(page, summary)
        _criteria(page, summary)
        if municipalities:
            _municipalities(page, summary.municipalities)
        page.gap()
        for note in summary.notes:
            page.line(note, "yellow")
    if summary.run is not None:
        page.line(summary.run, "dim")
    return page.text()


def _broken(page: Page, broken: Iterable[Broken]) -> None:
    for b in broken:
        where = page.title(b.service) if b.service else ""
        who = _some(page, b.members)
        place = ": ".join(part for part in (where, who) if part)
        page.line(f"  • {b.rule} – {f'{place} – ' if place else ''}{page.words(b.text)}", "red")


def _who_with_whom(page: Page, summary: Summary) -> None:
    by_service: dict[str, list[Pool]] = {}
    for pool in summary.pools:
        by_service.setdefault(page.title(pool.service), []).append(pool)
    for service, pools in by_service.items():
        page.gap()
        page.line(service, "bold")
        page.table(
            [
                (T("Seat"), "left"),
                (T("with (legal form)"), "wide"),
                (EURO, "right"),
                (PER_HEAD, "right"),
                (T("at most min"), "right"),
            ],
            (
                (
                    on_line(pool.seat),
                    f"{', '.join(map(on_line, pool.members))}\n({page.title(pool.legal_form)})",
                    page.figure(pool.cost),
                    page.figure(pool.cost_per_inhabitant, 2),
                    page.figure(pool.minutes),
                )
                for pool in pools
            ),
        )
    page.gap()
    for alone in summary.alone:
        service = page.title(alone.service)
        page.line(T("{service}, alone: {names}", service=service, names=_some(page, alone.names)))


def _criteria(page: Page, summary: Summary) -> None:
    page.gap()
    headings = [(T("Criterion"), "left"), (T("this plan"), "right"), (T("all alone"), "right"),
                (T("difference"), "right")]  # fmt: skip
    if not summary.today_is_alone:
        headings += [(T("today"), "right"), (T("difference"), "right")]
    rows = []
    for c in summary.criteria:
        row = [page.words(c.title), _value(page, c.value), _value(page, c.all_alone)]
        row.append(_difference(page, c, c.all_alone))
        if not summary.today_is_alone:
            row += [_value(page, c.status_quo), _difference(page, c, c.status_quo)]
        rows.append(row)
    page.table(headings, rows)
    units = "; ".join(f"{page.words(c.title)}: {page.words(c.unit)}" for c in summary.criteria)
    page.line(f"  {units}", "dim")
    if summary.today_is_alone:
        page.line(T("Today nobody pools anything: all alone is the state of today."), "dim")


def _municipalities(page: Page, rows: Iterable[Municipality]) -> None:
    page.gap()
    page.line(T("What it means for each municipality (costs shared by demand)"), "bold")
    page.table(
        [
            (T("Municipality"), "left"),
            (T("pooled"), "right"),
            (T("alone, EUR/year"), "right"),
            (T("share, EUR/year"), "right"),
            (T("difference"), "right"),
            (PER_HEAD, "right"),
            (T("at most min"), "right"),
        ],
        (
            (
                on_line(m.name),
                page.figure(m.pooled),
                page.figure(m.cost_alone),
                page.figure(m.cost_share),
                page.figure(m.cost_share - m.cost_alone, 0, sign=True),
                page.figure(m.per_inhabitant, 2, sign=True),
                page.figure(m.minutes),
            )
            for m in rows
        ),
    )


def _value(page: Page, value: float) -> str:
    return page.figure(value)


def _difference(page: Page, c: Comparison, other: float) -> str:
    """Return the difference to another plan, and per cent of it where it is not 0."""
    by = c.value - other
    shown = page.figure(by, 0, sign=True)
    if other and math.isfinite(by):
        shown += f"\n({page.figure(100 * by / abs(other), 1, sign=True)} %)"
    return shown


def _some(page: Page, names: Sequence[str]) -> str:
    """Return names with commas, the rest only counted where there are many."""
    shown = ", ".join(map(on_line, names[:MOST_NAMES]))
    if len(names) > MOST_NAMES:
        more = page.words(T("and {count} more", count=len(names) - MOST_NAMES))
        return f"{shown} {more}"
    return shown
