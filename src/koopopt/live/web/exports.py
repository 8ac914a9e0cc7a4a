"""What is saved to take along: files in the room's folder, below ``exports``, and nowhere else.

    instance    the case with what is asked now: a folder as .zip, or a workbook
    plan        the plan shown, as `koopopt evaluate --plan` reads it
    workbook    the plan shown, in tables
    page        the report of the plan shown
    trail       what was changed, when and why: a table, or a text

Each is complete before it takes its place, replaces nothing, and is served only by whom it was
made.
"""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from koopopt.errors import UsageError
from koopopt.live.said import Said, said
from koopopt.live.web.naming import free, safe
from koopopt.live.wishes import LISTED, Wish
from koopopt.storage.files import not_written, write_table
from koopopt.system.beside import beside
from koopopt.text import T, in_language

if TYPE_CHECKING:
    from koopopt.case.instance import Instance
    from koopopt.evaluation import Evaluation
    from koopopt.live.room import Room
    from koopopt.report.values.decision import Decision

FOLDER: Final = "exports"
TYPES: Final[Mapping[str, str]] = {
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
"""Content types by ending."""
ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "instance": (".zip", ".xlsx"),
    "plan": (".csv",),
    "workbook": (".xlsx",),
    "page": (".html",),
    "trail": (".csv", ".md"),
}
"""Endings of each kind; the first is the one that is meant unless said."""


class Exports:
    """The files that were made of one room.

    Parameters
    ----------
    room : Room
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._made: dict[str, Path] = {}
        self._lock = threading.Lock()

    def make(self, what: str, name: str, lang: str) -> str:
        """Write a file and return its name.

        Parameters
        ----------
        what : str
            One of `ENDINGS`.
        name : str
            As somebody typed it; may be empty.
        lang : {"en", "de"}

        Raises
        ------
        UsageError
            Where nothing can be written, or there is nothing to write.
        """
        endings = ENDINGS[what]
        ending = next((e for e in endings if name.lower().endswith(e)), endings[0])
        title = name[: -len(ending)] if name.lower().endswith(ending) else name
        write = self._writer(what, ending, lang)
        with self._lock:
            folder = self._folder()
            try:
                with beside(folder) as there:
                    write(there / f"new{ending}")
                    place = free(folder, safe(title, what), ending)
                    os.replace(there / f"new{ending}", place)
            except OSError as error:
                raise UsageError(not_written(folder, error)) from None
            self._made[place.name] = place
        return place.name

    def left_out(self, what: str) -> list[Said]:
        """Return the wishes that hold and that a file of this kind cannot say, in words."""
        if what != "instance":
            return []
        instance = self._room.instance
        asked = self._room.state()["question"]["wishes"]
        wishes = (Wish.of(w, instance) for w in asked)
        return [said(w.text(instance)) for w in wishes if w.kind not in LISTED]

    def find(self, name: str) -> Path | None:
        """Return where a file is that was made here; None for any other, and for links."""
        place = self._made.get(name)
        return None if place is None or place.is_symlink() or not place.is_file() else place

    def _folder(self) -> Path:
        """Return the folder, made where there is none."""
        if self._room.folder is None:
            raise UsageError(T("The room has no folder to save into."))
        folder = Path(self._room.folder) / FOLDER
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(not_written(folder, error)) from None
        if folder.is_symlink() or not folder.is_dir():
            raise UsageError(T("{path} is no folder of the room.", path=repr(str(folder))))
        return folder

    def _writer(self, what: str, ending: str, lang: str) -> Callable[[Path], None]:
        """Return who writes it; what is shown now is what will be written."""
        if what == "trail":
            steps = self._room.trail()
            return lambda path: _trail(path, steps, lang)
        if what == "instance":
            asked = self._room.asked()
            return lambda path: _instance(path, asked)
        shown = self._room.shown()
        if what == "plan":
            return lambda path: _plan(path, shown)
        decision = _decision(self._room, shown)
        return lambda path: _report(path, decision, lang)


def _instance(path: Path, instance: Instance) -> None:
    from koopopt.writing.instance import write, write_workbook

    if path.suffix == ".xlsx":
        write_workbook(instance, path)
        return
    folder = path.parent / "instance"
    write(instance, folder)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                packed.write(file, file.relative_to(folder))


def _plan(path: Path, shown: Evaluation) -> None:
    frame = shown.plan.to_frame()
    write_table(path, list(frame.columns), frame.itertuples(index=False))


def _report(path: Path, decision: Decision, lang: str) -> None:
    from koopopt.report.write import write_report

    write_report(decision, path, lang)


def _decision(room: Room, shown: Evaluation) -> Decision:
    """Return what a report of the plan shown says: what is proven, or that it is one's own."""
    from koopopt.report.values.decision import Decision

    result = room.result()
    if result is not None and result.plan == shown.plan:
        return Decision.of(result)
    if not shown.amounts:
        raise UsageError(T("The plan is incomplete, so there is no report of it."))
    count = len(shown.violations)
    kept = (
        T("The plan breaks {count} rule(s).", count=count)
        if count
        else T("The plan keeps all rules.")
    )
    return Decision(
        problem=shown.problem, plans=(shown,), criteria=("cost", "travel"), chosen=0,
        verdict=(kept, *(violation.text for violation in shown.violations)), proven=False,
        run=T("Planned by hand in the decision room."), made=date.today(),
        fingerprint=shown.problem.instance.fingerprint,
    )  # fmt: skip


def _trail(path: Path, steps: Sequence[Mapping[str, Any]], lang: str) -> None:
    heads = (T("number"), T("when"), T("what"), T("why"))
    rows = [
        (str(step["number"]), step["when"], in_language(step["what"], lang), step["note"])
        for step in steps
    ]
    if path.suffix == ".csv":
        write_table(path, [head.render(lang) for head in heads], rows)
        return
    from koopopt.report.values.blocks import Grid, Heading
    from koopopt.report.words.markdown import document

    blocks = (Heading(T("Decision trail"), 1), Grid(heads, tuple(rows), (0, 1, 2, 3)))
    path.write_text(document(blocks, lang), encoding="utf-8")
