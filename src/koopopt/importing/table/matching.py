"""Which column of a table is which of ours: as it is said, else by its heading, else a gap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from koopopt.errors import Fault, some
from koopopt.importing.table.headings import Tiers, national, role_of
from koopopt.importing.table.mapping import CONSTANTS, is_of_year
from koopopt.importing.table.opening import Grid
from koopopt.language.hints import Names
from koopopt.reading.entries import YEAR_COLUMN
from koopopt.text import T


@dataclass(frozen=True, slots=True)
class Gap:
    """A column of ours that is needed and not certain.

    Attributes
    ----------
    section : str
        Where a mapping file says it: ``columns``, ``neighbours``, ``points``.
    role : str
        Our column.
    candidates : tuple of str
        Headings of which each can be meant; empty where none is known.
    """

    section: str
    role: str
    candidates: tuple[str, ...]

    @property
    def place(self) -> str:
        """The key in a mapping file."""
        return f"{self.section}.{self.role}"


@dataclass(slots=True)
class Matched:
    """Columns by what they are.

    Attributes
    ----------
    columns : dict our column -> column of the grid
    gaps : list of Gap
    """

    columns: dict[str, int] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)


def matched(
    grid: Grid,
    section: str,
    said: Mapping[str, str],
    skip: Iterable[str],
    roles: Mapping[str, Tiers],
    faults: list[Fault],
) -> Matched:
    """Return what the columns of a table are, and note what is said of columns that are not there.

    Several headings of the best group that is there leave a gap; of `skip` none counts.
    """
    result = Matched()
    skipped = set()
    for heading in skip:
        if (column := grid.column(heading)) is not None:
            skipped.add(column)
    for role, heading in said.items():
        if (column := grid.column(heading)) is None:
            rule = T("There is no column of this heading.")
            remedy = Names(grid.headings.values()).remedy(heading)
            faults.append(Fault(grid.file, rule, remedy, grid.header, role, heading))
        else:
            result.columns[role] = column
    taken = skipped | set(result.columns.values())
    found: dict[str, dict[int, list[int]]] = {}
    for column, heading in grid.headings.items():
        if column in taken or (meant := role_of(heading, roles)) is None:
            continue
        role, tier = meant
        if role not in said:
            found.setdefault(role, {}).setdefault(tier, []).append(column)
    for role, tiers in found.items():
        best = tiers[min(tiers)]
        if len(best) == 1:
            result.columns[role] = best[0]
        else:
            names = tuple(grid.headings[column] for column in best)
            result.gaps.append(Gap(section, role, names))
    if "population" in roles:
        _of_today(grid, section, result)
    return result


def _of_today(grid: Grid, section: str, result: Matched) -> None:
    """Take inhabitants of one single year for those of today, and note it; ask among several.

    Years to come are asked about even if they are the only ones.
    """
    if "population" in result.columns or any(gap.role == "population" for gap in result.gaps):
        return
    years = [role for role in result.columns if is_of_year(role)]
    if len(years) == 1 and int(years[0].removeprefix(YEAR_COLUMN)) <= date.today().year:
        column = result.columns.pop(years[0])
        result.columns["population"] = column
        rule = T("The column is taken for the inhabitants of today.")
        remedy = T("If they are expected ones, add a column of today's.")
        heading = grid.headings[column]
        grid.notes.append(Fault(grid.file, rule, remedy, column=heading))
    elif years:
        names = tuple(grid.headings[result.columns[year]] for year in years)
        result.gaps.append(Gap(section, "population", names))


def fault_of(gap: Gap, grid: Grid, option: str) -> Fault:
    """Return the fault that says of a gap how it can be closed."""
    rule = (
        T("Several columns can be meant: {names}.", names=some(gap.candidates, repr))
        if gap.candidates
        else T("No heading is known that means this column.")
    )
    ways = [f"{option} {gap.role}={_quoted(next(iter(gap.candidates), 'HEADING'))}"]
    if gap.role in CONSTANTS:
        ways.append(f"--set {gap.role}=VALUE")
    if gap.role in ("lat", "lon"):
        ways += ["--points FILE", "--polygons FILE"]
    if gap.role in ("county", "state"):
        ways.append("--derive ags")
    named = ", ".join(map(repr, grid.headings.values()))
    remedy = T("Say it: {ways}. The headings are {headings}.",
               ways=" | ".join(ways), headings=named)  # fmt: skip
    return Fault(grid.file, rule, remedy, grid.header, gap.role)


def _quoted(heading: str) -> str:
    return f'"{heading}"' if " " in heading else heading


def untaken(grid: Grid, taken: Sequence[int]) -> Iterable[Fault]:
    """Yield a note for the columns of a table that are not taken."""
    names = [name for column, name in grid.headings.items() if column not in taken]
    if names:
        rule = T("Columns that are not taken: {names}.", names=", ".join(map(repr, names)))
        remedy = T("Name what is meant by one with --column.")
        yield Fault(grid.file, rule, remedy, row=grid.header)


def key_named(grid: Grid, columns: Mapping[str, int]) -> str | None:
    """Return the country's key that the heading of the ids names."""
    return national(grid.headings[columns["id"]]) if "id" in columns else None
