"""Evidence on a terminal: in both languages, at any width, whatever names hold."""

from __future__ import annotations

import pytest

import tiny
from koopopt.report.terminal.blocks import render
from koopopt.report.terminal.page import Page
from koopopt.report.values.grants import blocks
from report.granted import application


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("width", [20, 60, 100])
def test_it_fits(lang: str, width: int) -> None:
    text = render(blocks(application()), Page(lang, width))
    assert "Ahausen" in text
    assert all(len(line) <= width for line in text.splitlines())


def test_names_are_text() -> None:
    for name in tiny.HOSTILE:
        text = render(blocks(application([name, "Other", "Third"])), Page("en", 100))
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_other_characters_are_spelled() -> None:
    text = render(blocks(application()), Page("en", 100, encoding="ascii"))
    assert not set("✓✗☐•ö") & set(text)
    assert "[ ] Informal letter" in text


def test_nobody_pools() -> None:
    a = application()
    empty = type(a)(a.problem, a.programme, a.key, [])
    assert "nothing to apply for" in render(blocks(empty), Page("en", 100))
