"""What all imports say when they are done, and lists of names among their options."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from koopopt.cli.data import WORKBOOK_ENDING, quoted
from koopopt.cli.output import say
from koopopt.errors import Fault, UsageError, noted
from koopopt.language.inert import on_terminal
from koopopt.text import T, number

if TYPE_CHECKING:
    from koopopt.case.instance import Instance


def names(text: str | None) -> list[str]:
    """Return the names of a list with commas; none where nothing is given.

    Raises
    ------
    UsageError
        For a name that stands twice or is empty.
    """
    found = [name.strip() for name in text.split(",")] if text is not None else []
    if not all(found) or len(set(found)) < len(found):
        raise UsageError(
            T("{text} must be names with commas between them, each once.", text=repr(text))
        )
    return found


def done(instance: Instance, target: Path, notes: Sequence[Fault], lang: str) -> None:
    """Say what was made, what there is to note, and how to go on."""
    from koopopt.reading.workbook import NOTES_SHEETS

    title = instance.title.get(lang) or instance.name
    text = T(
        "{title}: {towns} municipalities, {people} inhabitants, {pairs} pairs of neighbours."
        " {path} is ready: koopopt check {path} names what is doubtful, koopopt run {path} writes"
        " plan and report.",
        title=title, towns=len(instance.municipalities), pairs=len(instance.neighbours),
        people=number(sum(town.population for town in instance.municipalities), lang),
        path=quoted(target),
    )  # fmt: skip
    say(on_terminal(text.render(lang)) + "\n")
    for line in noted([*notes, *instance.notes], lang):
        say(on_terminal(line) + "\n")
    if notes:
        kept = T("All of it stands in {path} as well.", path=str(target / "README.md"))
        if target.suffix.lower() == WORKBOOK_ENDING:
            kept = T("All of it stands in the sheet {sheet} as well.", sheet=NOTES_SHEETS[lang])
        say(on_terminal(kept.render(lang)) + "\n")
