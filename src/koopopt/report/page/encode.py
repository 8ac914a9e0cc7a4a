"""Values for the page's script: JSON in which every sentence is there in both languages.

A `Text` becomes ``[number]`` of its template, which stands once in a table of templates. One with
fields, and a title within a sentence, become ``[-1, number]``, their place in a table of parts,
where ``[number, {field: value}]`` and titles stand once: so hundreds of plans say the same without
repeating it. The page fills templates as `Text.render` does; names stay strings.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from koopopt.text import LANGUAGES, Text


class Encoder:
    """Turns values into JSON and collects the templates that they use."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._places: dict[str, int] = {}
        self.parts: list[Any] = []
        """Texts and titles that sentences hold, each once."""

    def __call__(self, value: Any) -> Any:
        """Return a value as JSON has it; what is not finite is null."""
        if isinstance(value, Text):
            number = self._numbers.setdefault(value.template, len(self._numbers))
            fields = {key: self._field(part) for key, part in value.values.items()}
            return self._once([number, fields]) if fields else [number]
        if isinstance(value, Mapping):
            return {str(key): self(part) for key, part in value.items()}
        if isinstance(value, (list, tuple)):
            return [self(part) for part in value]
        if isinstance(value, float):
            return _short(value) if math.isfinite(value) else None
        return value

    def _field(self, value: Any) -> Any:
        """Return a value within a sentence; what is by language there is a title."""
        return self._once(self(value)) if isinstance(value, Mapping) else self(value)

    def _once(self, encoded: Any) -> list[int]:
        """Return the place of a part, which is kept once."""
        key = json.dumps(encoded)
        if key not in self._places:
            self._places[key] = len(self.parts)
            self.parts.append(encoded)
        return [-1, self._places[key]]

    @property
    def templates(self) -> list[list[str]]:
        """The templates so far, each in all languages in the order of `LANGUAGES`."""
        return [[Text(t).pattern(lang) for lang in LANGUAGES] for t in self._numbers]


def _short(value: float) -> float | int:
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def in_script(value: Any) -> str:
    """Return JSON that can stand in a script element: no text in it can end the element.

    Numbers may be of any library's making.
    """
    text = json.dumps(
        value, ensure_ascii=True, allow_nan=False, separators=(",", ":"), default=float
    )
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
