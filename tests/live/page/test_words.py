"""The page's own words: both languages, the same gaps, none missing and none left over."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from koopopt.text import LANGUAGES

PAGE = Path(str(files("koopopt.live"))) / "page"
WORDS = json.loads((PAGE / "words.json").read_text("utf-8"))
SCRIPTS = {path.name: path.read_text("utf-8") for path in sorted(PAGE.glob("*.js"))}
MARKUP = (PAGE / "index.html").read_text("utf-8")
GAP = re.compile(r"\{(\w+)\}")
USED = re.compile(r'word\(\s*"(\w+)"|app\.words\.(\w+)|data-(?:word|label)="(\w+)"')
BUILT = re.compile(r"[`]([a-z_]*)\$\{[^`]*?\}([a-z_]*)[`]")


@pytest.mark.parametrize("key", WORDS)
def test_every_word_is_there_in_both_languages(key: str) -> None:
    texts = WORDS[key]
    assert set(texts) == set(LANGUAGES)
    assert key == "sure_open" or all(texts.values())
    gaps = {lang: sorted(set(GAP.findall(text))) for lang, text in texts.items()}
    assert gaps["en"] == gaps["de"]


def test_every_word_that_is_used_is_there() -> None:
    whole = "\n".join((*SCRIPTS.values(), MARKUP))
    used = {key for found in USED.findall(whole) for key in found if key}
    assert used - set(WORDS) == set()


def test_no_word_is_left_over() -> None:
    quoted = {key for text in (*SCRIPTS.values(), MARKUP) for key in re.findall(r'"(\w+)"', text)}
    quoted |= {key for text in SCRIPTS.values() for key in re.findall(r"words\.(\w+)", text)}
    built = {found for text in SCRIPTS.values() for found in BUILT.findall(text)} - {("", "")}
    left = [
        key
        for key in WORDS
        if key not in quoted and not any(key.startswith(a) and key.endswith(b) for a, b in built)
    ]
    assert left == []


def test_texts_never_become_markup() -> None:
    for name, text in SCRIPTS.items():
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert way not in text, name
    assert re.findall(r"\sstyle=|\son\w+=|<style|<script(?![^>]*src=)", MARKUP) == []


def test_files_are_small_and_say_what_they_are() -> None:
    for name, text in SCRIPTS.items():
        lines = text.splitlines()
        assert lines[0].startswith("// "), name
        assert len(lines) <= 400, name
