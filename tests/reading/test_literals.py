"""Numbers of TOML texts: those with two meanings keep their text, the others are numbers."""

from __future__ import annotations

import pytest

from koopopt.reading.literals import Literal, number


@pytest.mark.parametrize("text", ["1.5", "0.25", "1_000.5", "12.3456", "1e-3", "1e3"])
def test_plain_numbers(text: str) -> None:
    assert number(text) == float(text.replace("_", ""))
    assert type(number(text)) is float


@pytest.mark.parametrize("text", ["40.000", "1.234", "1e300", "1e-400", "inf", "nan"])
def test_those_that_are_asked_about_or_refused_keep_their_text(text: str) -> None:
    kept = number(text)
    assert isinstance(kept, Literal)
    assert kept.text == text
