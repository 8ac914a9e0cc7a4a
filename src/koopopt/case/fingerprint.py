"""The fingerprint: what an instance means, as one number.

It is taken of the values and not of the files, so it is the same for a folder and the equivalent
workbook; it changes with the model library. Lists are taken in their order, also where it means
nothing: other rows first in neighbours.csv make another fingerprint.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from numbers import Real
from typing import Any, Final

from koopopt.text import in_language

LATER: Final = ("sites", "cost_per_pair", "one_off", "one_off_per_member", "horizon", "scenarios")
"""Parts that not all versions know: where they are empty the fingerprint is as it was before."""
ORIGINS: Final = ("source", "what", "from", "licence")
"""Where something comes from; translated it means what it did, so its English stands for all."""


def fingerprint(instance: Any) -> str:
    """Return the SHA-256 of what an `Instance` means, hexadecimal.

    That is all that tells it from others: not its notes, nor what it remembers.
    `Instance.fingerprint` calls it once.
    """
    text = json.dumps(_parts(instance), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()


def _parts(value: Any) -> dict[str, Any]:
    """Return all that tells a value from others of its kind, by name."""
    return {
        f.name: _plain(_untranslated(f.name, getattr(value, f.name)))
        for f in dataclasses.fields(value)
        if f.compare and (f.name not in LATER or getattr(value, f.name))
    }


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: 2.0 is 2, tables by text keys."""
    if isinstance(value, Real) and not isinstance(value, int):
        number = float(value)
        return int(number) if number.is_integer() else number
    if dataclasses.is_dataclass(value):
        return _parts(value)
    if isinstance(value, Mapping):
        return {_key(key): _plain(_untranslated(key, part)) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value


def _untranslated(name: object, value: Any) -> Any:
    """Return the English of an origin that is said by language, any other value as it is."""
    if name not in ORIGINS or not isinstance(value, Mapping) or not value:
        return value
    said = all(isinstance(text, str) for text in value.values())
    return in_language(value, "en") if said else value


def _key(key: object) -> str:
    return "\t".join(key) if isinstance(key, tuple) else str(key)
