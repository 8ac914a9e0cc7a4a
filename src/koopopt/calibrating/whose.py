"""Whose an account is: an id, one that a spreadsheet has taken for a number, or a name."""

from __future__ import annotations

from collections.abc import Sequence

from koopopt.case.instance import Instance
from koopopt.errors import UsageError
from koopopt.language.hints import Names
from koopopt.reading.cells import Row
from koopopt.reading.labels import clean
from koopopt.text import T


class Towns:
    """The municipalities of an instance, to be found by id or by name."""

    def __init__(self, instance: Instance) -> None:
        self._ids = Names(town.id for town in instance.municipalities)
        self._all = Names(
            text for town in instance.municipalities for text in (town.id, clean(town.name))
        )
        self._names = {town.id: town.name for town in instance.municipalities}
        self._named: dict[str, list[str]] = {}
        for town in instance.municipalities:
            self._named.setdefault(_folded(town.name), []).append(town.id)

    def of(self, row: Row) -> str | None:
        """Return whose a row is; None, with a fault, where nobody or several can be meant.

        A row may give an id beside the name: then both have to mean the same.
        """
        if not row.cells.get("id", "").strip():
            return self._in(row, "municipality")
        id_ = self._in(row, "id")
        beside = row.label("municipality", required=False)
        named = self._meant(beside) if beside else []
        if id_ is not None and named and id_ not in named:
            rule = T("This is another municipality than {id}: that is {name}.",
                     id=repr(id_), name=self._names[id_])  # fmt: skip
            row.fault("municipality", rule, T("Correct the id or the name."))
            return None
        return id_

    def _in(self, row: Row, column: str) -> str | None:
        text = row.label(column)
        if text is None:
            return None
        found = self._meant(text)
        if not found:
            rule = T("There is no {what} of this name in the instance.", what=T("municipality"))
            row.fault(column, rule, self._all.remedy(text))
            return None
        if len(found) > 1:
            row.fault(column, T("Several municipalities have this name: {ids}.",
                                ids=", ".join(found)),
                      T("Write the id."))  # fmt: skip
            return None
        if self._ids.restored(text) == found[0]:
            row.note(
                column,
                T("A spreadsheet took the id for a number; it is read as {id}.", id=repr(found[0])),
                T("Format the column as text and write the ids in full."),
            )
        return found[0]

    def named(self, texts: Sequence[str], option: str) -> tuple[str, ...]:
        """Return the ids that were meant.

        Raises
        ------
        UsageError
            Where a text means nobody, or several.
        """
        found = []
        for text in map(clean, texts):
            meant = self._meant(text)
            if len(meant) != 1:
                remedy = (
                    T("Known are {known}.", known=", ".join(meant))
                    if meant
                    else self._all.remedy(text)
                )
                raise UsageError(
                    T("{option}: {value} is no municipality of the instance. {remedy}",
                      option=option, value=repr(text), remedy=remedy)
                )  # fmt: skip
            found += meant
        return tuple(dict.fromkeys(found))

    def _meant(self, text: str) -> list[str]:
        """Return the ids of those whom a text can mean."""
        if text in self._ids:
            return [text]
        if (whole := self._ids.restored(text)) is not None:
            return [whole]
        return self._named.get(_folded(text), [])


def _folded(name: str) -> str:
    return clean(name).casefold()
