"""Everything koopopt raises on purpose.

```
KoopoptError                 caught by the command line; never shown as a traceback
├── DataError                the input breaks a rule of the format (exit code 3)
├── UsageError               a request that cannot be meant: unknown solver, weight, ... (2)
├── SolverError              a back end failed or is missing (1)
├── PluginError              a plug-in failed (1)
└── InternalError            a result failed its own check: a defect in koopopt (1)
```

`DataWarning` is a warning of Python's own kind: what was read differently from how it may have
been meant. An infeasible problem is a result (`Status.INFEASIBLE`, exit code 4), not an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from koopopt.shown import Brief
from koopopt.text import T, Text

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True, repr=False)
class Fault(Brief):
    """One thing wrong with the input, and how to mend it.

    What is doubtful but can be read is a *note*: a fault that stops nothing. Reading keeps notes
    apart from faults, in `koopopt.Instance.notes` and `DataError.notes`.

    Attributes
    ----------
    file : str
        File (or workbook sheet) as the user knows it, relative to the instance.
    row : int or None
        Line number in the file, the header being line 1.
    column : str or None
        Column, or dotted key in a TOML file.
    value : str or None
        The offending value as it stands in the file.
    rule : Text
        The rule that is broken.
    remedy : Text
        What to do about it.
    """

    file: str
    rule: Text
    remedy: Text
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def render(self, lang: str = "en") -> str:
        """Return the fault as one line in `lang`."""
        return f"{self.described(lang)} {self.remedy.render(lang)}"

    def described(self, lang: str = "en") -> str:
        """Return where it is and what is wrong, without what to do about it."""
        place = [self.file]
        if self.row is not None:
            place.append(T("row {row}", row=str(self.row)).render(lang))
        if self.column is not None:
            place.append(T("column {column}", column=self.column).render(lang))
        if self.value is not None:
            place.append(T("value {value}", value=_clip(self.value)).render(lang))
        return f"{', '.join(place)}: {self.rule.render(lang)}"

    def _said(self) -> str:
        return f" in {self.render()}"


MAX_EXAMPLES = 3
"""So many of equal faults, or of names of the same kind, are shown."""


def some(items: Iterable[K], shown: Callable[[K], str] = str) -> Text:
    """Return the first few of these, each once and as it is shown, and how many more there are."""
    once = list(dict.fromkeys(items))
    names = ", ".join(map(shown, once[:MAX_EXAMPLES]))
    if len(once) <= MAX_EXAMPLES:
        return Text("{names}", {"names": names})
    return T("{names} and {count} more", names=names, count=len(once) - MAX_EXAMPLES)


def _clip(value: str, most: int = 60) -> str:
    shown = repr(value)
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def bulleted(heading: Text, faults: Iterable[Fault], lang: str) -> list[str]:
    """Return a heading and a line for each fault or note; of many equal ones, some and how many.

    Equal are those that break the same rule in the same column (or key) of the same file.
    """
    lines = [heading.render(lang)]
    for group in _alike(faults):
        lines += _each(group, lang)
    return lines


def _each(group: Sequence[Fault], lang: str) -> list[str]:
    lines = [f"  • {fault.render(lang)}" for fault in group[:MAX_EXAMPLES]]
    return lines if len(group) <= MAX_EXAMPLES else [*lines, f"    {_more(group, lang)}"]


def _alike(faults: Iterable[Fault]) -> list[list[Fault]]:
    alike: dict[tuple[str, str, str], list[Fault]] = {}
    for fault in faults:
        place = re.sub(r"\[[^]]*\]", "[]", fault.column or "")
        alike.setdefault((fault.file, place, _kind(fault.rule)), []).append(fault)
    return list(alike.values())


def _more(group: Sequence[Fault], lang: str) -> str:
    more = len(group) - MAX_EXAMPLES
    return T("… and {more} more of this kind, {count} in all.",
             more=more, count=len(group)).render(lang)  # fmt: skip


def _kind(rule: Text) -> str:
    """Return what a sentence says, whatever figures and names are in it."""
    inside = (_kind(value) for value in rule.values.values() if isinstance(value, Text))
    return " ".join((rule.template, *inside))


def noted(notes: Sequence[Fault], lang: str) -> list[str]:
    """Return the lines that tell notes; none where there are none.

    What to do about several equal ones stands once, below them.
    """
    if not notes:
        return []
    lines = [T("To note:").render(lang)]
    for group in _alike(notes):
        if (remedy := _shared(group, lang)) is None:
            lines += _each(group, lang)
            continue
        lines += [f"  • {note.described(lang)}" for note in group[:MAX_EXAMPLES]]
        more = f"{_more(group, lang)} " if len(group) > MAX_EXAMPLES else ""
        lines.append(f"    {more}{remedy}")
    return lines


def in_full(notes: Iterable[Fault], lang: str, shown: Callable[[str], str]) -> list[str]:
    """Return all notes as a list in Markdown; several equal ones below what to do about them."""
    lines = []
    for group in _alike(notes):
        if (remedy := _shared(group, lang)) is None:
            lines += [f"* {shown(note.render(lang))}" for note in group]
            continue
        text = T("{remedy} ({count} notes)", remedy=remedy, count=len(group))
        lines.append(f"* {shown(text.render(lang))}")
        lines += [f"  * {shown(note.described(lang))}" for note in group]
    return lines


def _shared(group: Sequence[Fault], lang: str) -> str | None:
    """Return what to do about all of several notes; None where it is one, or they differ."""
    remedies = {note.remedy.render(lang) for note in group}
    return remedies.pop() if len(group) > 1 and len(remedies) == 1 else None


_REFUSALS = (
    T("No such file or directory"), T("Permission denied"), T("Operation not permitted"),
    T("Is a directory"), T("Not a directory"), T("File exists"), T("Directory not empty"),
    T("No space left on device"), T("Read-only file system"), T("File name too long"),
    T("Too many levels of symbolic links"), T("Input/output error"), T("Bad file descriptor"),
    T("File too large"), T("Disk quota exceeded"), T("Too many open files"),
)  # fmt: skip
"""What systems say in English, that it may be said in the language of the sentence around it."""


def why(error: Exception) -> Text:
    """Return what a system says of a refusal, to stand within a sentence."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    known = {refusal.template: refusal for refusal in _REFUSALS}
    return known.get(said, Text("{said}", {"said": said}))


class KoopoptError(Brief, Exception):
    """Base of all errors koopopt raises on purpose; carries a translatable message."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message

    def render(self, lang: str = "en") -> str:
        """Return the message in `lang`."""
        return self.message.render(lang)

    def _said(self) -> str:
        return f": {self.message}"

    def __str__(self) -> str:
        return self.render()


class DataError(KoopoptError):
    """The input breaks rules of the format; holds every fault found, not only the first.

    `notes` is what reading has to say besides: it may explain a fault.
    """

    exit_code = 3

    def __init__(self, faults: Iterable[Fault], notes: Iterable[Fault] = ()) -> None:
        self.faults = tuple(faults)
        self.notes = tuple(notes)
        super().__init__(T("The data have {count} fault(s).", count=len(self.faults)))

    def render(self, lang: str = "en") -> str:
        """Return the faults as a list in `lang`; `faults` has every single one."""
        return "\n".join([*bulleted(self.message, self.faults, lang), *noted(self.notes, lang)])


class DataWarning(UserWarning):
    """The input was read, but something in it was altered, ignored or read in one of several ways.

    Attributes
    ----------
    fault : Fault
        Where, what and what to do if that is not meant.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.render())
        self.fault = fault


class PluginWarning(UserWarning):
    """A plug-in that was found is not used.

    Attributes
    ----------
    text : Text
        Which, of which package, and why.
    """

    def __init__(self, text: Text) -> None:
        super().__init__(text.render())
        self.text = text


class UsageError(KoopoptError):
    """The request names something that does not exist or makes no sense."""

    exit_code = 2


class SolverError(KoopoptError):
    """A back end is missing, failed, or returned something that is no solution."""


class PluginError(KoopoptError):
    """The code of a plug-in failed, or contradicts itself; the message names the package."""


class InternalError(KoopoptError):
    """A result did not pass koopopt's own check: a defect worth reporting."""
