"""Documents: TOML text, and the same as a sheet with the columns key and value.

In a sheet a key is dotted (``service.water.cost.scale``), items of a list of tables are counted
from 1 (``legal_form[2].fixed_cost``), and a value is a TOML literal or plain text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from typing import Any

from koopopt.checking.schema import (
    MAX_NUMBER,
    absurd,
    dotted,
    too_large,
)
from koopopt.errors import Fault, some
from koopopt.language.notation import TOO_SMALL
from koopopt.reading.faults import with_rows
from koopopt.reading.labels import clean
from koopopt.reading.literals import Literal, number
from koopopt.reading.tables import Document, Table
from koopopt.text import T

MAX_DEPTH = 20
EXPLANATION = "explanation"
"""The column of a sheet of keys and values that is for people only."""
Path = tuple[str | int, ...]
"""The parts of a key; an item of a list has its number, from 0."""


def parse_toml(text: str, file: str, faults: list[Fault]) -> Document | None:
    """Return the document in a TOML text; None, with a fault, where it is no TOML."""
    try:
        data = tomllib.loads(text, parse_float=number)
    except tomllib.TOMLDecodeError as error:
        faults.append(_no_toml(file, str(error), text))
        return None
    except ValueError:  # an integer with thousands of digits
        long = re.search(r"\d[\d_]{4000}", text)
        line = text.count("\n", 0, long.start()) + 1 if long else None
        rule, remedy = T("A number is far too long."), T("Correct the value.")
        faults.append(Fault(file, rule, remedy, row=line))
        return None
    except RecursionError:
        faults.append(_too_deep(file))
        return None
    return _tidy(Document(file, data), faults)


_SYNTAX = {
    "Expected newline or end of document": (
        T("There is something left after the value."),
        T("Write numbers with a decimal point, text in double quotes."),
    ),
    "Cannot overwrite": (T("A key stands twice."), T("Delete one of them.")),
    "Cannot declare": (T("A table stands twice."), T("Join them under one heading.")),
    "Cannot mutate": (T("A table stands twice."), T("Join them under one heading.")),
    "Invalid value": (
        T("This is no value that TOML knows."),
        T("Write text in double quotes, numbers with a decimal point, true or false."),
    ),
    "Expected '=' after a key": (
        T("A key is not followed by '='."),
        T("Write key = value; a key with blanks needs double quotes."),
    ),
    "Unclosed array": (T("A list is not closed."), T("Add the missing comma or ']'.")),
    "Unclosed inline table": (T("A table is not closed."), T("Add the missing comma or '}}'.")),
    "Unterminated string": (T("A text is not closed."), T("Add the missing double quote.")),
    "Illegal character": (
        T("A text holds a character that may not stand there, or is not closed."),
        T("Close it with a double quote on the same line."),
    ),
    "Unescaped": (
        T("A backslash in a text starts a code that TOML does not know."),
        T("Write two backslashes, or put the text into single quotes."),
    ),
}


def _no_toml(file: str, message: str, text: str) -> Fault:
    """Return the fault of a text that is no TOML, from a message of the TOML parser."""
    if "\r" in text and "\n" not in text:
        rule = T("The lines end with a carriage return (CR) only, which TOML does not know.")
        return Fault(file, rule, T("Save it with the line ends LF or CR LF."))
    line = re.search(r"at line (\d+)", message)
    row = int(line.group(1)) if line else max(1, len(text.splitlines()))
    for start, (rule, remedy) in _SYNTAX.items():
        if message.startswith(start):
            return Fault(file, rule, remedy, row=row)
    rule, remedy = T("This is not valid TOML."), T("Write [table] headings and lines key = value.")
    return Fault(file, rule, remedy, row=row)


def _tidy(document: Document, faults: list[Fault]) -> Document | None:
    """Turn dates into text, clean ids and names, note doubtful numbers.

    Names are what stands in rules and what names a service or a set of legal forms; titles and
    other prose stay as they are. Numbers and depths that no instance has are refused.
    """
    wrong: list[Fault] = []
    doubtful: dict[str, str] = {}

    def walk(value: Any, path: tuple[str | int, ...]) -> Any:
        if len(path) > MAX_DEPTH:
            wrong.append(_too_deep(document.file))
            return None
        if isinstance(value, Mapping):
            tidied = {key: walk(part, (*path, key)) for key, part in value.items()}
            cleaned = {clean(key): part for key, part in tidied.items()}
            return cleaned if "rules" in path and len(cleaned) == len(tidied) else tidied
        if isinstance(value, list):
            return [walk(part, (*path, k)) for k, part in enumerate(value)]
        if isinstance(value, str) and ("rules" in path or path[0] in ("services", "legal_forms")):
            return clean(value)
        if isinstance(value, (date, time)):
            return value.isoformat()
        if isinstance(value, Literal):
            return number_of(value, dotted("", path))
        return value

    def number_of(written: Literal, place: str) -> float | None:
        if written.value == 0:
            wrong.append(Fault(document.file, *TOO_SMALL, column=place, value=written.text))
        elif not abs(written.value) <= MAX_NUMBER:
            wrong.append(too_large(document.file, place, written.text))
        else:
            doubtful[place] = written.text
            return written.value
        return None

    data = walk(document.data, ())
    wrong.extend(absurd(data, file=document.file))
    faults.extend(with_rows(wrong, [document]))
    return None if wrong else Document(document.file, data, document.rows, doubtful)


def _too_deep(file: str) -> Fault:
    return Fault(file, T("The values are nested far too deeply."), T("Correct the file."))


_PART = re.compile(r'("(?:[^"\\]|\\.)*"|[^".\[\]]+)((?:\[\d+\])*)(?:\.|$)')


def document_of(table: Table, faults: list[Fault]) -> Document | None:
    """Return the document in a sheet with the columns key and value."""
    if [name.lower() for name in table.header[:2]] != ["key", "value"]:
        faults.append(
            Fault(
                table.file,
                T("The sheet needs the columns {key} and {value}.",
                  key=table.called("key"), value=table.called("value")),
                T("Name its first two columns so."),
                row=1,
                value=", ".join(map(table.called, table.header)) or None,
            )
        )  # fmt: skip
        return None
    known = len(faults)
    tree: dict[str | int, Any] = {}
    rows: dict[str, int] = {}
    for row, key, path, text in _with_values(table):
        if not path:
            faults.append(
                Fault(
                    table.file,
                    T("This is no key."),
                    T("Write names with dots between them, as in rules.max_members."),
                    row=row,
                    column=key.strip() or None,
                    value=text,
                )
            )
            continue
        rows.setdefault(dotted("", path), row)
        value = _literal(text.strip())
        if isinstance(value, _Malformed):
            faults.append(
                Fault(
                    table.file,
                    T("The list, table or text in the value is not closed or misspelt."),
                    T('Write it as in TOML, for example ["water", "housing"].'),
                    row=row,
                    column=key.strip(),
                    value=text,
                )
            )
        elif not _put(tree, path, value):
            faults.append(
                Fault(
                    table.file, T("A key stands twice."), T("Delete one of them."),
                    row=row, column=key.strip(), value=text,
                )
            )  # fmt: skip
    try:
        data = _lists(tree)
    except _GapError as gap:
        faults.append(
            Fault(
                table.file,
                T("The numbers in square brackets have a gap."),
                T("Count them from 1 without a gap."),
                column=gap.args[0],
            )
        )
    return _tidy(Document(table.file, data, rows), faults) if len(faults) == known else None


def _with_values(table: Table) -> Iterator[tuple[int, str, Path, str]]:
    """Yield row, key, the key's path and value; a key without a value is as if it were not there.

    Items of a list move up then. Explanations are for people; other further columns are noted, and
    so are the empty values where no explanations show that the sheet is a form to be filled in.
    """
    for name in table.header[2:]:
        if name.lower() != EXPLANATION:
            rule = T("The column is not read.")
            remedy = T("Only {key} and {value} are.",
                       key=table.called("key"), value=table.called("value"))  # fmt: skip
            table.notes.append(Fault(table.file, rule, remedy, column=table.called(name)))
    lines = [(row, key.strip(), tuple(_parts(key.strip())), text)
             for row, (key, text, *_) in table.rows]  # fmt: skip
    empty = {path: row for row, _, path, text in lines if path and not text.strip()}
    if empty and EXPLANATION not in map(str.lower, table.header[2:]):
        keys = {row: dotted("", path) for path, row in empty.items()}
        rule = T("Without a value, and therefore not counted: {keys}.", keys=some(keys.values()))
        remedy = T('Fill it in, or delete the row; an empty text is "".')
        table.notes.append(Fault(table.file, rule, remedy, row=min(keys)))
    for row, key, path, text in lines:
        if text.strip() or not (path or table.header[2:]):
            yield row, key, _moved_up(path, empty), text


def _moved_up(path: Path, empty: Iterable[Path]) -> Path:
    """Return the place of an item of a list, those without a value left out."""
    gone = [e for e in empty if isinstance(e[-1], int)]
    return tuple(
        part - sum(e[:-1] == path[:k] and e[-1] < part for e in gone)  # type: ignore[operator]
        if isinstance(part, int)
        else part
        for k, part in enumerate(path)
    )


class _Malformed:
    """A value that begins like a list, table or quoted text and is none."""


class _GapError(Exception):
    """Items of a list that are not counted 1, 2, 3, ..."""


def _parts(key: str) -> Iterator[str | int]:
    end = 0
    parts: list[str | int] = []
    for match in _PART.finditer(key):
        if match.start() != end:
            return
        name = match.group(1).strip()
        quoted = _literal(name) if name.startswith('"') else name
        if not isinstance(quoted, str):
            return
        parts.append(quoted)
        parts += [int(index) - 1 for index in re.findall(r"\d+", match.group(2))]
        end = match.end()
    if end == len(key) and not key.endswith("."):
        yield from parts


def _literal(text: str) -> Any:
    """Return the value of a TOML literal; other text is the value itself."""
    try:
        parsed = tomllib.loads(f"value = {text}", parse_float=number)
    except (ValueError, RecursionError):
        return _Malformed() if text.startswith(("[", "{", '"')) else text
    return parsed["value"] if len(parsed) == 1 else text


def plain_or_literal(value: Any, literal: str) -> str:
    """Return how a value is written into a sheet: text as it is, where it reads back as such."""
    if not isinstance(value, str):
        return literal
    readable = all(c >= " " or c in "\n\t" for c in value)
    return (
        value
        if value and readable and value == value.strip() and _literal(value) == value
        else literal
    )


def _put(tree: dict[str | int, Any], path: tuple[str | int, ...], value: Any) -> bool:
    """Put a value into nested tables; False where something is there already."""
    *outer, last = path
    for part in outer:
        inner = tree.setdefault(part, {})
        if not isinstance(inner, dict):
            return False
        tree = inner
    if last in tree:
        return False
    tree[last] = value
    return True


def _lists(tree: Any, place: str = "") -> Any:
    """Turn tables whose keys are numbers into lists."""
    if not isinstance(tree, dict):
        return tree
    if not tree or not any(isinstance(key, int) for key in tree):
        return {key: _lists(part, dotted(place, (key,))) for key, part in tree.items()}
    if set(tree) != set(range(len(tree))):
        raise _GapError(place)
    return [_lists(tree[k], dotted(place, (k,))) for k in range(len(tree))]
