"""What a room says of its answer, its trail and what is saved, and how it finds that again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import koopopt
from koopopt.live.answers import Answer
from koopopt.live.document import Document
from koopopt.live.figures import Book
from koopopt.live.journal import Journal, replayed
from koopopt.live.said import said
from koopopt.text import Text

TRAIL_SHOWN: Final = 200
"""Lines of the trail in a state, the last ones; the journal has all."""


def opened(
    folder: Path | None, start: Document, fingerprint: str
) -> tuple[Journal | None, Document, list[Text]]:
    """Return the journal of a folder, the document that it holds, and what there is to note.

    Raises
    ------
    DataError
        Where another process has it open, or it cannot be read.
    """
    if folder is None:
        return None, start, []
    journal, found = Journal.open(folder, fingerprint, koopopt.__version__)
    document, undone = replayed(found.events, start, lambda held, event: held.after(event))
    return journal, document, [*found.notices, *undone]


def of_answer(answer: Answer, revision: int, book: Book) -> dict[str, Any]:
    """Return an answer, and the revision to which it belongs."""
    found = answer.evaluation
    return {
        "revision": revision,
        "status": answer.status,
        "value": answer.value,
        "bound": answer.bound,
        "gap": answer.gap,
        "seconds": round(answer.seconds, 3),
        "plan": None if found is None else book.view(found),
        "reasons": [said(reason) for reason in answer.reasons],
    }


def of_trail(document: Document) -> list[dict[str, Any]]:
    """Return all lines of the decision trail."""
    return [
        {"number": line.number, "when": line.when, "what": line.what, "note": line.note}
        for line in document.trail
    ]
