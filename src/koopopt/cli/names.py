"""Names of criteria and objectives in options, whatever they hold.

Objectives of a model may have commas, equals signs, quotes and backslashes in their names, so
what was typed is held against the names that there are: commas separate names where that is the
only way to read the text as known ones. A name may also stand in quotation marks (doubled within
it), or have a backslash before each character that is meant as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from koopopt.errors import UsageError
from koopopt.text import T

_QUOTED: Final = re.compile(r'"((?:[^"]|"")*)"')


def in_order(texts: Iterable[str], known: Collection[str], option: str) -> tuple[str, ...]:
    """Return the names in the values of an option that can be repeated, in their order.

    Unknown ones are returned as well, for those to refuse who know what they are for.
    """
    names: list[str] = []
    for text in texts:
        parts = _split(text, lambda part: one(part, known) in known, option)
        if not all(part.strip() for part in parts):
            raise UsageError(
                T("{option} needs names with commas between them; given is {value}.",
                  option=option, value=repr(text))
            )  # fmt: skip
        names += [one(part, known) for part in parts]
    return tuple(names)


def assignments(text: str, known: Collection[str], option: str) -> Sequence[str]:
    """Return the parts NAME=VALUE of a text that may hold several, with commas between them."""
    return _split(text, lambda part: one(part.rpartition("=")[0], known) in known, option)


def by_name(given: Mapping[str, float], known: Collection[str], option: str) -> dict[str, float]:
    """Return numbers by the names that were meant."""
    chosen: dict[str, float] = {}
    for text, value in given.items():
        name = one(text, known)
        if name in chosen:
            raise UsageError(T("{option}: {name} is given twice.", option=option, name=repr(name)))
        chosen[name] = value
    return chosen


def one(text: str, known: Collection[str]) -> str:
    """Return the name that a text stands for: itself if it is known, else without quoting."""
    text = text.strip()
    if text in known:
        return text
    if quoted := _QUOTED.fullmatch(text):
        return quoted[1].replace('""', '"')
    return re.sub(r"\\(.)", r"\1", text)


def _split(text: str, fits: Callable[[str], bool], option: str) -> Sequence[str]:
    """Split a text at those commas that leave parts that fit; at all of them if none do."""
    pieces = text.split(",")
    ways = list(islice(_ways(pieces, fits), 2))
    if len(ways) > 1:
        raise UsageError(
            T("{option}: {value} can be read in two ways. Put names in quotation marks, or repeat"
              " the option.", option=option, value=repr(text))
        )  # fmt: skip
    return ways[0] if ways else pieces


def _ways(pieces: Sequence[str], fits: Callable[[str], bool]) -> Iterator[list[str]]:
    """Yield the ways to join neighbouring pieces into parts that fit."""
    if not pieces:
        yield []
    for k in range(1, len(pieces) + 1):
        part = ",".join(pieces[:k])
        if fits(part):
            for rest in _ways(pieces[k:], fits):
                yield [part, *rest]
