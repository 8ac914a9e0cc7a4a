"""Files of published location problems, as the OR-Library has them, which the user gives.

`pmedN`: ``n edges p``, then edges ``i j length``; a later line of a pair replaces an earlier one;
distances are lengths of shortest paths.

`capN`: ``m n``, then m lines ``capacity cost``, then for each of n customers its demand and the m
costs of serving all of it from each site. Read as single sourcing: one site serves all of it.

J. E. Beasley, OR-Library: distributing test problems by electronic mail, JORS 41 (1990).
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from math import inf
from pathlib import Path
from typing import Final

from koopopt.bench.located import Open, facility_location, p_median
from koopopt.case.instance import Instance
from koopopt.errors import DataError, Fault, why
from koopopt.text import T, Text

PREFIXES: Final = {"pmed": "pmed", "cap": "cap"}
"""How the names of files begin, by kind."""
MOST: Final = 1_000_000
"""More places, or edges, than any of these files has."""


def files(data: Path, kind: str) -> list[Path]:
    """Return the files of a kind in a folder, in the order of their numbers."""
    prefix = PREFIXES[kind]
    found = [
        path
        for path in data.iterdir()
        if path.is_file() and path.suffix in ("", ".txt") and _number(path, prefix) is not None
    ]
    return sorted(found, key=lambda path: (_number(path, prefix) or "").zfill(9))


def _number(path: Path, prefix: str) -> str | None:
    rest = path.stem.removeprefix(prefix)
    return rest if rest != path.stem and rest.isalnum() else None


def read_pmed(path: Path) -> Instance:
    """Return the p-median of a file.

    Raises
    ------
    DataError
        Where it is none.
    """
    numbers = _numbers(path)
    n, count, p = (_count(path, next(numbers, None)) for _ in range(3))
    beside: list[dict[int, float]] = [{} for _ in range(n)]
    for _ in range(count):
        a, b = (_count(path, next(numbers, None)) for _ in range(2))
        length = next(numbers, None)
        if not (length is not None and 1 <= a <= n and 1 <= b <= n):
            raise _wrong(path, T("An edge lacks a number, or names a place that is not there."))
        beside[a - 1][b - 1] = beside[b - 1][a - 1] = length
    ways = [_shortest(beside, k) for k in range(n)]
    if any(way == inf for row in ways for way in row):
        raise _wrong(path, T("Not every place can be reached from every other."))
    return p_median(path.stem, [1.0] * n, ways, p)


def read_cap(path: Path) -> Instance:
    """Return capacitated facility location with single sourcing of a file.

    Raises
    ------
    DataError
        Where it is none.
    """
    numbers = _numbers(path)
    m, n = (_count(path, next(numbers, None)) for _ in range(2))
    rest = list(numbers)
    if len(rest) != 2 * m + n * (m + 1):
        raise _wrong(
            path, T("{count} numbers follow the first two, not {wanted}.", count=len(rest),
                    wanted=2 * m + n * (m + 1)))  # fmt: skip
    sites = [Open(rest[2 * k + 1], rest[2 * k]) for k in range(m)]
    demand, ways = [], []
    for j in range(n):
        line = rest[2 * m + j * (m + 1) : 2 * m + (j + 1) * (m + 1)]
        if line[0] <= 0:
            raise _wrong(path, T("The demand of a customer is not above 0."))
        demand.append(line[0])
        ways.append([cost / line[0] for cost in line[1:]])
    return facility_location(path.stem, demand, sites, ways)


def _shortest(beside: list[dict[int, float]], start: int) -> list[float]:
    """Return the lengths of the shortest paths from a place (Dijkstra)."""
    length = [inf] * len(beside)
    length[start] = 0.0
    heap = [(0.0, start)]
    while heap:
        so_far, place = heappop(heap)
        if so_far > length[place]:
            continue
        for other, way in beside[place].items():
            if so_far + way < length[other]:
                length[other] = so_far + way
                heappush(heap, (length[other], other))
    return length


def _numbers(path: Path) -> Iterator[float]:
    """Yield the numbers of a file, in order."""
    try:
        words = path.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path, T("It cannot be read: {reason}.", reason=why(error))) from None
    for word in words:
        try:
            number = float(word)
        except ValueError:
            raise _wrong(path, T("{word} is no number.", word=repr(word[:40]))) from None
        if not 0 <= number < inf:
            raise _wrong(path, T("{word} is not 0 or more.", word=repr(word[:40])))
        yield number


def _count(path: Path, number: float | None) -> int:
    if number is None or not number.is_integer() or not 0 < number <= MOST:
        raise _wrong(path, T("A whole number above 0 is missing where a count is expected."))
    return int(number)


def _wrong(path: Path, rule: Text) -> DataError:
    remedy = T("Take an undamaged copy of the file, or leave it out of the folder.")
    return DataError([Fault(path.name, rule, remedy)])
