"""What the page's script does with encoded sentences, once more and in few lines of Python."""

from __future__ import annotations

import re
from typing import Any

from koopopt.text import LANGUAGES, number

FIELD = re.compile(r"\{\{|\}\}|\{(\w+)\}")


class Reader:
    """Fills the templates of an encoder's tables in one language."""

    def __init__(self, templates: list[list[str]], parts: list[Any], lang: str) -> None:
        self.templates, self.parts, self.lang = templates, parts, lang

    def __call__(self, value: Any) -> str:
        match value:
            case None:
                return "–"
            case str():
                return value
            case bool():
                return str(value)
            case int() | float():
                return number(value, self.lang)
            case dict():
                return value.get(self.lang) or value.get("en") or next(iter(value.values()), "")
            case [-1, place]:
                return self(self.parts[place])
            case [which, *fields]:
                return self._filled(self.templates[which], fields[0] if fields else {})
        raise AssertionError(value)

    def _filled(self, template: list[str], fields: dict[str, Any]) -> str:
        def fill(found: re.Match[str]) -> str:
            return self(fields[found[1]]) if found[1] else found[0][0]

        return FIELD.sub(fill, template[LANGUAGES.index(self.lang)])
