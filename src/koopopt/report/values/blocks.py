"""Blocks: headings, sentences and tables, in no language yet.

A terminal, a document and whoever else shows something draws the same blocks, so that it says the
same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from koopopt.case.facts import euros
from koopopt.text import LANGUAGES, Text, in_language, number

Words = Text | Mapping[str, str] | str
BULLET: Final = "•"
TO_DO: Final = "☐"
"""Marks of items in a list."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the title, 2 a partnership, 3 a part of it."""

    text: Words
    level: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A paragraph, or with a mark an item of a list; what belongs to it stands below."""

    text: Words
    mark: str = ""
    below: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in cents; a difference shows its sign. None is a blank to be filled in."""

    cents: int | None
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with so many decimals, None: as many as it needs; a difference shows its sign.

    None is nothing: a dash on paper, an empty cell of a workbook.
    """

    value: float | None
    digits: int | None = 0
    signed: bool = False


Cell = Words | Money | Figure


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: headings, and rows of names and amounts.

    Attributes
    ----------
    headings : tuple of Text
    rows : tuple of tuples
        One cell a heading.
    words : tuple of int
        The columns that hold words; they stand at the left, all others at the right.
    name : Text or None
        What it is called where it stands by itself, as a sheet does; short.
    """

    headings: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    words: tuple[int, ...] = (0,)
    name: Text | None = None


Block = Heading | Sentence | Grid


def rendered(words: Words, lang: str) -> str:
    """Return words in a language; nothing in them is made harmless yet."""
    if isinstance(words, Text):
        return words.render(lang)
    return words if isinstance(words, str) else in_language(words, lang)


def figure(value: float, digits: int | None = 0, *, sign: bool = False) -> Mapping[str, str]:
    """Return a number by language, to stand within a sentence."""
    return {lang: number(value, lang, digits, sign=sign) for lang in LANGUAGES}


def shown(cell: Money | Figure, lang: str) -> str:
    """Return an amount or a number in a language; a blank, or a dash, where there is none."""
    if isinstance(cell, Money):
        return "" if cell.cents is None else number(euros(cell.cents), lang, 2, sign=cell.signed)
    return "–" if cell.value is None else number(cell.value, lang, cell.digits, sign=cell.signed)
