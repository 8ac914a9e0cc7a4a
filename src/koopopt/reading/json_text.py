"""JSON texts: values one after the other, numbers of any length, keys that may stand once only."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator
from typing import Any, Final

_BETWEEN: Final = re.compile(r"[\s\x1e]*")
"""What may stand between the texts of several values."""
_LONGEST: Final = 400
"""More digits are beyond any float, and soon more than Python reads as a whole number."""


class TwiceError(ValueError):
    """A key that stands twice in an object, with different values; its text is the key."""


def values(text: str, once: Container[str] = ()) -> Iterator[Any]:
    """Yield the JSON values that stand one after the other.

    Raises
    ------
    TwiceError
        Where a key out of `once` has two values in one object.
    ValueError
        Where the text is no JSON.
    """

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            for key, value in pairs:
                if key in once and found[key] != value:
                    raise TwiceError(key)
        return found

    decoder, at = json.JSONDecoder(object_pairs_hook=table, parse_int=_whole), _after(text, 0)
    while True:
        value, at = decoder.raw_decode(text, at)
        yield value
        if (at := _after(text, at)) == len(text):
            return


def is_json(text: str) -> bool:
    """Whether a text is objects or lists of JSON and nothing else."""
    try:
        return text.lstrip()[:1] in ("{", "[") and all(True for _ in values(text))
    except RecursionError:
        return True
    except ValueError:
        return False


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST else float(digits)


def _after(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at
