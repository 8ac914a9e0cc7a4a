from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopopt.language.spelling import spelled

ENCODINGS = ["ascii", "latin-1", "cp1252", "cp437", "cp850", "iso8859-2", "utf-8", "utf-16"]


@pytest.mark.parametrize(
    ("encoding", "text", "shown"),
    [
        ("utf-8", "Großalmerode – ✓ ≤ m² 北京", "Großalmerode – ✓ ≤ m² 北京"),
        ("cp1252", "Bühl – 5 € → m²", "Bühl – 5 € -> m²"),
        ("cp437", "Bühl – 5 € → m²", "Bühl - 5 EUR -> m²"),
        ("latin-1", "✓ ✗ • … − „ja“", '+ x * ... - "ja"'),
        ("ascii", "Großalmerode, ÄÖÜ äöü ẞ", "Grossalmerode, AeOeUe aeoeue SS"),
        ("ascii", "Łódź, Ørsted, Çeşme, Ðakovo, œuvre", "Lodz, Oersted, Cesme, Dakovo, oeuvre"),
        ("ascii", "Bu\u0308hl", "Buehl"),  # decomposed, as macOS writes it
        ("ascii", "3 m³, 10², CO₂, 1½", "3 m^3, 10^2, CO_2, 1 1/2"),
        ("ascii", "1\u00a0000 ﬁ \uff21", "1 000 fi A"),
        ("ascii", "≤ ≥ ≠ ± × ∞ Σ", "<= >= != +/- x inf Sum "),
        ("ascii", "│┤└─┘", "|++-+"),
        ("ascii", "北京 🏛 Ωά", r"\u5317\u4eac \U0001f3db \u03a9\u03ac"),
        ("cp1252", "北京", r"\u5317\u4eac"),
        ("utf-8", "Stra\udcdfe \ud800", r"Stra\xdfe \ud800"),
        ("ascii", "Stra\udcdfe", r"Stra\xdfe"),
        ("ascii", "wirklich?", "wirklich?"),
    ],
)
def test_what_is_shown(encoding: str, text: str, shown: str) -> None:
    assert spelled(text, encoding) == shown


@given(st.text(), st.sampled_from(ENCODINGS))
def test_everything_can_be_shown_and_nothing_becomes_a_question_mark(
    text: str, encoding: str
) -> None:
    shown = spelled(text, encoding)
    shown.encode(encoding)
    for mark in ("?", "\N{REPLACEMENT CHARACTER}"):
        plain = text.replace("\N{GREEK QUESTION MARK}", "")
        if mark not in plain and "\uff1f" not in plain:  # forms of `?` itself
            assert mark not in spelled(plain, encoding)


@given(st.text(st.characters(max_codepoint=126)))
def test_ascii_stays_as_it_is(text: str) -> None:
    assert all(spelled(text, encoding) == text for encoding in ENCODINGS)
