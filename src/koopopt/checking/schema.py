"""Tables in files and the dataclasses they become: the only place where pydantic is asked.

Values go through JSON, in pydantic's strict mode: a table becomes a dataclass, an array a tuple,
and nothing is guessed ("41,4" is no number, ``true`` no count). What pydantic finds wrong is
said again here in plain words. For other programs the same is said as JSON Schema.
"""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from koopopt.checking.unranged import RANGE, unranged
from koopopt.errors import Fault
from koopopt.language.hints import Names
from koopopt.language.notation import plain_number, shortened
from koopopt.text import T, Text

V = TypeVar("V")
Path = tuple[str | int, ...]
MAX_NUMBER = 1e15
"""Larger numbers mean nothing in a file that people write."""


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def validate(kind: type[V], table: Mapping[str, Any]) -> V:
    """Return `table` as a `kind`; raise pydantic's `ValidationError` where it does not fit."""
    any_kind: Any = kind  # a cached function wants something it knows to be hashable
    value: V = _adapter(any_kind).validate_json(json.dumps(table, default=_plain), strict=True)
    return value


class _ForeignError(Exception):
    """A value that no file of koopopt holds, such as a date."""


def _plain(value: Any) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise _ForeignError


def faults_of(
    kind: type[object], table: Mapping[str, Any], *, file: str, prefix: str = ""
) -> Iterator[Fault]:
    """Yield what keeps `table` from being a `kind`, in words."""
    try:
        validate(kind, table)
    except _ForeignError:
        yield from _foreign(table, file, prefix)
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid" and (
            halves := [*_foreign(table, file, prefix)]
        ):
            yield from halves
            return
        for path, items in _by_place(error.errors(), table).items():
            rule, remedy = _words(kind, path, items)
            value = None if _absent(items) else _shown(items[0])
            yield Fault(file, rule, remedy, column=dotted(prefix, path) or None, value=value)


def _foreign(table: Mapping[str, Any], file: str, prefix: str) -> Iterator[Fault]:
    """Yield the values in a table that are of no kind that files hold, or half a character."""
    for path, value in _leaves(table, ()):
        place = dotted(prefix, path) or None
        if isinstance(value, str):
            whole = value.encode("utf-8", "backslashreplace").decode()
            if whole != value:
                rule = T("The text holds half a character.")
                yield Fault(file, rule, T("Correct the text."), column=place, value=whole)
        elif value is not None and not isinstance(value, (int, float)):
            rule = T(
                "This is of type {kind}: neither text nor a number.", kind=type(value).__name__
            )
            remedy = T("Write text, such as a date, in quotes; numbers as int or float.")
            yield Fault(file, rule, remedy, column=place, value=str(value))


def absurd(table: Mapping[str, Any], *, file: str, prefix: str = "") -> Iterator[Fault]:
    """Yield the numbers in a table that nobody can mean; what is not even one, the types tell."""
    for path, value in _leaves(table, ()):
        if isinstance(value, (int, float)) and abs(value) > MAX_NUMBER:
            yield too_large(file, dotted(prefix, path), shortened(value))


def too_large(file: str, place: str, value: str) -> Fault:
    """Return the fault of a number beyond `MAX_NUMBER`."""
    rule = T("The value is not finite or absurdly large.")
    return Fault(file, rule, T("Correct the value."), column=place, value=value)


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if not isinstance(value, (Mapping, list, tuple)):
        yield path, value
        return
    parts = value.items() if isinstance(value, Mapping) else enumerate(value)
    for key, part in parts:
        yield from _leaves(part, (*path, key))


def dotted(prefix: str, path: Sequence[str | int]) -> str:
    """Return a place in a TOML file as people write it: ``cost.tiers[2].fixed``.

    Items of a list are counted from 1.
    """
    shown = prefix
    for part in path:
        if isinstance(part, int):
            shown += f"[{part + 1}]"
        else:
            shown += f".{part}" if shown else part
    return shown


def _by_place(errors: Sequence[Any], table: Mapping[str, Any]) -> dict[Path, list[Any]]:
    """Group the errors by their place in the file.

    A value that may be of several kinds gets an error for each of them. Told are those of the
    kind that was meant: the deeper ones, and wrong values rather than wrong kinds.
    """
    places: dict[Path, list[Any]] = {}
    for item in errors:
        places.setdefault(_path(item, table), []).append(item)
    for path in list(places):
        inside = [other for other in places if other != path and other[: len(path)] == path]
        if inside and all(_kind_wanted(item) or _enough(item) for item in places[path]):
            del places[path]
    for path, items in places.items():
        places[path] = [item for item in items if not _kind_wanted(item)] or items
    return places


def _path(item: Any, table: Mapping[str, Any]) -> Path:
    """Return where in the file an error lies: pydantic's path without the kinds it tried."""
    path: list[str | int] = []
    here: Any = table
    told: Any = None  # the last table whose kind was skipped
    for part, after in pairwise([*item["loc"], None]):
        of_kind = isinstance(here, Mapping) and here is not told and here.get("kind") == part
        if of_kind and isinstance(after, str):
            told = here
            continue  # the kind of the table, before a key, which may have the same name
        inside = (isinstance(here, Mapping) and part in here) or (
            isinstance(here, (list, tuple)) and isinstance(part, int) and part < len(here)
        )
        if inside:
            path.append(part)
            here = here[part]
    if item["type"] == "missing":
        path.append(item["loc"][-1])
    elif item["type"] in ("union_tag_not_found", "union_tag_invalid"):
        path.append("kind")
    return tuple(path)


def _enough(item: Any) -> bool:
    """Whether entries are said to be too few only because wrong ones were not counted."""
    return bool(item["type"] == "too_short" and len(item["input"]) >= item["ctx"]["min_length"])


def _absent(items: Sequence[Any]) -> bool:
    return items[0]["type"] in ("missing", "union_tag_not_found")


def _kind_wanted(item: Any) -> Text | None:
    """Return the kind of value that an error asks for, None where the kind is right."""
    match item["type"]:
        case "float_type" | "float_parsing":
            return T("a number")
        case "int_type" | "int_parsing" | "int_from_float":
            return T("a whole number")
        case "bool_type" | "bool_parsing":
            return T("true or false")
        case "string_type":
            return T("text in double quotes")
        case "tuple_type" | "list_type":
            return T("a list in square brackets")
        case "dict_type" | "mapping_type" | "dataclass_type" | "model_attributes_type":
            return T("a table of keys and values")
        case "literal_error":
            return _one_of(item["ctx"]["expected"])
    return None


def _one_of(expected: str) -> Text:
    """Return values that pydantic lists in English, ``'a', 'b' or 'c'``, for any language."""
    first, _, last = expected.rpartition(" or ")
    return T("{one} or {other}", one=first, other=last) if first else Text("{one}", {"one": last})


def _words(kind: type[object], path: Path, items: Sequence[Any]) -> tuple[Text, Text]:
    """Return rule and remedy for the errors at one place."""
    item = items[0]
    wanted = _kind_wanted(item)
    if item["type"] in ("tuple_type", "too_short", "too_long") and _is_range(path):
        return T("A range has two values, the least and the largest."), T(
            "Write both in square brackets, like [{low}, {high}].", low="1.0", high="2.0"
        )
    if wanted is not None:
        for other in items[1:]:
            wanted = T("{one} or {other}", one=wanted, other=_kind_wanted(other))
        return T("This must be {what}.", what=wanted), _bracketed(item) or _retyped(item["input"])
    match item["type"]:
        case "missing" | "union_tag_not_found":
            return T("This key is missing."), T("Add it.")
        case "unexpected_keyword_argument" | "extra_forbidden":
            known = _keys_at(kind, item["loc"])
            key, suffix = str(path[-1]).removesuffix(RANGE), str(path[-1]).endswith(RANGE)
            if suffix and key in known:
                return unranged(key), T("Delete it.")
            return T("Unknown key."), Names(known).remedy(str(path[-1]))
    return _bound(item), _percent(item) or T("Correct the value.")


def _is_range(path: Path) -> bool:
    """Whether a value is a range, or one in a table of ranges."""
    return any(str(part).endswith(RANGE) for part in path[-2:])


def _bracketed(item: Any) -> Text | None:
    """Return how TOML writes the heading of one table, or of a list of them."""
    one, many = isinstance(item["input"], dict), isinstance(item["input"], list)
    key = ".".join(str(part) for part in item["loc"])
    if one and item["type"] in ("tuple_type", "list_type"):
        return T("Write the heading with two brackets on either side: [[{key}]].", key=key)
    tables = many and item["input"] and all(isinstance(part, dict) for part in item["input"])
    if tables and item["type"] in ("dataclass_type", "dict_type", "mapping_type"):
        return T("Write the heading once, with one bracket on either side: [{key}].", key=key)
    return None


def _percent(item: Any) -> Text | None:
    """Return how to write a share where it may be that per cent are meant."""
    value = item["input"]
    if item["type"] != "less_than_equal" or item["ctx"]["le"] != 1 or not value <= 100:
        return None
    share = float(Fraction(str(value)) / 100)
    return T("For {percent} % write {share}.", percent=float(value), share=str(share))


def _bound(item: Any) -> Text:
    """Return the bound that a value of the right kind breaks."""
    ctx = item.get("ctx", {})
    match item["type"]:
        case "greater_than":
            return T("The value must be greater than {limit}.", limit=ctx["gt"])
        case "greater_than_equal":
            return T("The value must be {limit} or more.", limit=ctx["ge"])
        case "less_than_equal":
            return T("The value must be {limit} or less.", limit=ctx["le"])
        case "finite_number":
            return T("The value must be a finite number.")
        case "string_too_short":
            return T("The text must not be empty.")
        case "string_pattern_mismatch":
            return T("The text must be one of {pattern}.", pattern=ctx["pattern"].strip("^$()"))
        case "too_short":
            return T("There are too few entries: at least {count}.", count=ctx["min_length"])
        case "too_long":
            return T("There are too many entries: at most {count}.", count=ctx["max_length"])
        case "union_tag_invalid":
            return T("This kind is unknown; known are {known}.", known=ctx["expected_tags"])
    return T("{message}.", message=item["msg"])


def _retyped(value: object) -> Text:
    if isinstance(value, str) and (better := plain_number(value)) is not None:
        return T("Write {better}, with a decimal point and nothing around it.", better=better)
    return T("Correct the value.")


def _shown(item: Any) -> str | None:
    value = item.get("ctx", {}).get("tag", item["input"])
    if isinstance(value, (dict, list)) or item["type"] == "json_invalid":  # that of a whole file
        return None
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _keys_at(kind: type[object], loc: Sequence[str | int]) -> list[str]:
    """Return the keys that are known in the table in which pydantic met the last part of `loc`."""
    here = {kind}
    for part in loc[:-1]:
        # the kind of a table is told once: `tiers` is a key of the kind `tiers`, too
        of_kind = here if len(here) > 1 else ()
        tagged = {k for k in of_kind if part in get_args(get_type_hints(k).get("kind"))}
        here = tagged or {
            inner
            for k in here
            for inner in (_dataclasses(get_type_hints(k)[str(part)]) if _has(k, part) else {k})
        }
    return [f.name for k in here for f in fields(k)]  # type: ignore[arg-type]


def _has(kind: type[object], key: str | int) -> bool:
    return any(f.name == key for f in fields(kind))  # type: ignore[arg-type]


def _dataclasses(hint: Any) -> set[type[object]]:
    """Return the dataclasses in a type hint."""
    if isinstance(hint, type) and is_dataclass(hint):
        return {hint}
    return {found for part in get_args(hint) for found in _dataclasses(part)}


def json_schema(kind: type[object], *, toml: bool = False) -> JsonSchemaValue:
    """Return the JSON Schema (2020-12) of tables that are a `kind`.

    Keys are described by the docstrings below the fields. With `toml` it is that of a file that
    people write: without null, which TOML does not have, and without numbers that nobody means.
    """
    any_kind: Any = kind
    return _adapter(any_kind).json_schema(schema_generator=_OfToml if toml else _Described)


class _Described(GenerateJsonSchema):
    """Takes descriptions from docstrings, and leaves out what only repeats names."""

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        made = super().dataclass_schema(schema)
        del made["title"]
        kind: Any = schema["cls"]
        told = _described(kind)
        for key in made["properties"].keys() & told.keys():
            made["properties"][key]["description"] = told[key]
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        default = made.get("default")
        if isinstance(default, (dict, list)) or default in (None, ""):  # nobody would write that
            made.pop("default", None)
        return made

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        made = super().tagged_union_schema(schema)
        made.pop("discriminator", None)  # a word of OpenAPI
        return made


class _OfToml(_Described):
    """The same for TOML files that people write."""

    def union_schema(self, schema: core_schema.UnionSchema) -> JsonSchemaValue:
        made = super().union_schema(schema)
        kinds = [kind for kind in made.get("anyOf", ()) if kind.get("format") != "fraction"]
        return {**made, "anyOf": kinds} if kinds else made  # in files text is no number

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        return _within(super().int_schema(schema))

    def float_schema(self, schema: core_schema.FloatSchema) -> JsonSchemaValue:
        return _within(super().float_schema(schema))


def _within(number: JsonSchemaValue) -> JsonSchemaValue:
    """Return the schema of a number, bounded by `MAX_NUMBER` where it has no bound of its own."""
    low = {} if {"minimum", "exclusiveMinimum"} & number.keys() else {"minimum": int(-MAX_NUMBER)}
    return {**number, **low, "maximum": number.get("maximum", int(MAX_NUMBER))}


@cache
def _described(kind: type[object]) -> dict[str, str]:
    """Return the docstrings below the fields of a dataclass; none where its source is gone."""
    found: dict[str, str] = {}
    for base in filter(is_dataclass, reversed(kind.__mro__)):
        try:
            (tree,) = ast.parse(dedent(inspect.getsource(base))).body
        except (OSError, TypeError, SyntaxError):
            continue
        for line, below in pairwise(getattr(tree, "body", ())):
            match line, below:
                case (
                    ast.AnnAssign(target=ast.Name(id=key)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    found[key] = " ".join(text.split())
    return found
