"""Sentences and titles in every language at once, as pages and other programs read them."""

from __future__ import annotations

from collections.abc import Mapping

from koopopt.text import LANGUAGES, Text, in_language

Said = dict[str, str]
"""A sentence by language."""


def said(what: Text | Mapping[str, str] | str) -> Said:
    """Return a sentence, a title or a name in all languages."""
    if isinstance(what, Text):
        return {lang: whole(what.render(lang)) for lang in LANGUAGES}
    if isinstance(what, str):
        return dict.fromkeys(LANGUAGES, whole(what))
    return {lang: whole(in_language(what, lang)) for lang in LANGUAGES}


def whole(text: str) -> str:
    """Return a text that can be written: halves of characters, which JSON allows, become ``?``."""
    return text.encode("utf-8", "replace").decode("utf-8")
