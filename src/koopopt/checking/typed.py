"""Values against the types they are declared with: what Python itself does not look at.

Type hints say what the parts of an instance and the arguments of a function are; here they are
taken at their word. A number may be of any library's making and a list stand for a tuple, but text
is no list of its letters, and true no number.
"""

from __future__ import annotations

import reprlib
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, wraps
from inspect import signature
from numbers import Integral, Real
from types import NoneType, SimpleNamespace, UnionType
from typing import (
    Any,
    Final,
    Literal,
    ParamSpec,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from koopopt.checking.request import refuse
from koopopt.text import T, Text

P = ParamSpec("P")
R = TypeVar("R")

NUMBERS: Final[Mapping[Any, type]] = {float: Real, int: Integral}
"""What stands for numbers in hints, and what numbers are."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that is not of its declared type.

    Attributes
    ----------
    place : str
        Where it is, as it is written in Python: ``municipalities["01"].county``.
    value : object
    wanted : Text
        What should be there.
    key : bool
        Whether it is a key of the mapping at that place.
    """

    place: str
    value: object
    wanted: Text
    key: bool = False


def misfits(hint: Any, value: Any, place: str = "", *, deep: bool = True) -> Iterator[Misfit]:
    """Yield what in a value is not as a type hint has it; with `deep` also in its dataclasses."""
    options = _options(hint)
    fitting = next((option for option in options if _fits(option, value)), None)
    if fitting is None:
        yield Misfit(place, value, _wanted(options))
        return
    for name, kind in _fields(fitting) if deep else ():
        yield from misfits(kind, getattr(value, name), f"{place}.{name}" if place else name)
    yield from _inside(get_origin(fitting), get_args(fitting), value, place, deep)


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function raise `UsageError` for arguments that are not of their declared types."""
    names = tuple(signature(function).parameters)

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        hints = _parameters(function)
        for name, value in (*zip(names, args, strict=False), *kwargs.items()):
            require(hints.get(name, Any), value, name, deep=False)
        return function(*args, **kwargs)

    return call


def require(hint: Any, value: Any, place: str = "", *, deep: bool = True) -> None:
    """Raise `UsageError` for the first misfit, if there is one."""
    for wrong in misfits(hint, value, place, deep=deep):
        option = T("A key of {name}", name=wrong.place) if wrong.key else wrong.place
        refuse(option, wrong.value, wrong.wanted)


def _inside(
    origin: Any, parts: tuple[Any, ...], value: Any, place: str, deep: bool
) -> Iterator[Misfit]:
    """Yield the misfits in a container."""
    if origin is Mapping:
        of_keys, of_values = parts
        if _all(of_keys, value.keys(), deep) and _all(of_values, value.values(), deep):
            return
        for key, part in value.items():
            wrong = next(misfits(of_keys, key, deep=deep), None)
            if wrong is not None:
                yield Misfit(place, key, wrong.wanted, key=True)
            else:
                yield from misfits(of_values, part, f"{place}[{_index(key)}]", deep=deep)
    elif origin in (tuple, Sequence) and not _all(parts[0], value, deep):
        sized = origin is tuple and _sized(parts)
        kinds = parts if sized else parts[:1] * len(value)
        for k, (kind, part) in enumerate(zip(kinds, value, strict=True)):
            id_ = getattr(part, "id", None)
            named = id_ if isinstance(id_, str) and id_ else k
            yield from misfits(kind, part, f"{place}[{_index(named)}]", deep=deep)


def _all(hint: Any, values: Collection[Any], deep: bool) -> bool:
    """Whether all of many values clearly fit, by one look at each of their classes."""
    parts = get_args(hint)
    if get_origin(hint) is tuple and _sized(parts):
        return (
            set(map(type, values)) <= {tuple}
            and set(map(len, values)) <= {len(parts)}
            and all(_all(*of, deep) for of in zip(parts, zip(*values, strict=True), strict=False))
        )
    kinds = set(map(type, values))
    if hint in NUMBERS:
        return all(issubclass(kind, NUMBERS[hint]) and kind is not bool for kind in kinds)
    return hint is Any or (kinds <= {hint} and not (deep and is_dataclass(hint)))


def _index(key: object) -> str:
    """Return a key as it is written between brackets."""
    if isinstance(key, tuple):
        return ", ".join(map(_index, key))
    return f'"{key}"' if isinstance(key, str) else reprlib.repr(key)


def _sized(parts: tuple[Any, ...]) -> bool:
    """Whether what stands in the brackets of a tuple says how many values it has."""
    return parts[-1:] != (...,)


def _fits(hint: Any, value: Any) -> bool:
    """Whether a value is of a kind, whatever it holds."""
    origin = get_origin(hint) or hint
    if origin is Any:
        return True
    if origin in NUMBERS:
        return isinstance(value, NUMBERS[origin]) and not isinstance(value, bool)
    if origin is Literal:
        return any(isinstance(value, type(one)) and value == one for one in get_args(hint))
    if origin is tuple:
        sized = _sized(get_args(hint))
        return isinstance(value, (tuple, list)) and (not sized or len(value) == len(get_args(hint)))
    if origin is Sequence:
        return isinstance(value, Sequence) and not isinstance(value, (str, bytes))
    return isinstance(value, origin)


@cache
def _options(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any], ...]:
    if not is_dataclass(kind):
        return ()
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in fields(kind))


@cache
def _parameters(function: Callable[..., object]) -> dict[str, Any]:
    """Return the hints of parameters; what is returned may have a type for type checkers only."""
    declared = {k: hint for k, hint in function.__annotations__.items() if k != "return"}
    return get_type_hints(
        SimpleNamespace(__annotations__=declared), vars(sys.modules[function.__module__])
    )


def _wanted(options: tuple[Any, ...]) -> Text:
    """Return what would fit, in words."""
    first, *others = (_words(option) for option in options)
    for other in others:
        first = T("{one} or {other}", one=first, other=other)
    return first


def _words(hint: Any) -> Text:
    kind = get_origin(hint) or hint
    if kind is Literal:
        return Text("{names}", {"names": ", ".join(map(repr, get_args(hint)))})
    if kind is tuple and _sized(get_args(hint)):
        return T("a tuple of {count} values", count=len(get_args(hint)))
    known = {
        str: T("text"),
        bool: T("true or false"),
        float: T("a number"),
        int: T("a whole number"),
        NoneType: Text("None"),
        tuple: T("a tuple or a list"),
        Sequence: T("a tuple or a list"),
        Mapping: T("a mapping of keys to values"),
        Callable: T("a function"),
    }
    return known.get(kind) or T("of the class {name}", name=kind.__name__)
