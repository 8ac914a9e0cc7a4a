"""Blocks: headings, sentences and tables, in no language yet.

A terminal, a document and whoever else shows something draws the same blocks, so that it says the
same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from koopopt.text import Text, in_language

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
class Grid:
    """A table: headings, and rows of names and amounts."""

    headings: tuple[Text, ...]
    rows: tuple[tuple[Words | Money, ...], ...]


Block = Heading | Sentence | Grid


def rendered(words: Words, lang: str) -> str:
    """Return words in a language; nothing in them is made harmless yet."""
    if isinstance(words, Text):
        return words.render(lang)
    return words if isinstance(words, str) else in_language(words, lang)
