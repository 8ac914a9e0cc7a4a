"""Answers to questions as the page's script reads them: blocks and bars as plain objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from koopopt.case.facts import euros
from koopopt.report.values.asked import Section
from koopopt.report.values.blocks import Block, Cell, Figure, Grid, Heading, Money


def of(section: Section) -> dict[str, Any]:
    """Return an answer: its question, blocks, bars and what the bars show."""
    return {
        "topic": section.topic,
        "title": section.title,
        "blocks": list(_blocks(section.blocks)),
        "bars": [[b.name, b.start, b.end, b.least, b.most] for b in section.bars],
        "axis": section.axis,
        "middle": section.middle,
    }


def _blocks(blocks: tuple[Block, ...]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        match block:
            case Heading(text):
                yield {"heading": text}
            case Grid():
                rows = [list(map(_cell, row)) for row in block.rows]
                yield {"head": block.headings, "left": block.words, "rows": rows}
            case _:
                yield {"said": block.text, "mark": block.mark, "below": block.below}


def _cell(cell: Cell) -> dict[str, Any]:
    match cell:
        case Money(cents, signed):
            return {"figure": [None if cents is None else euros(cents), 2, signed]}
        case Figure(value, digits, signed):
            return {"figure": [value, digits, signed]}
    return {"words": cell}
