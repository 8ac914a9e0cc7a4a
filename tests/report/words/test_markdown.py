"""The document for an application: Markdown in which names are only text."""

from __future__ import annotations

import re
from itertools import groupby

import pytest

import tiny
from koopopt.grants.criteria import Given
from koopopt.report.values.grants import blocks
from koopopt.report.words.markdown import document, plain
from report.granted import application


@pytest.mark.parametrize("lang", ["en", "de"])
def test_tables_have_as_many_cells_as_headings(lang: str) -> None:
    lines = document(blocks(application(given=Given(5, 100))), lang).splitlines()
    tables = [
        list(group) for is_row, group in groupby(lines, lambda line: line.startswith("|")) if is_row
    ]
    assert len(tables) == 3  # all partnerships, costs, cash flow
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table}) == 1


def test_german_is_german_in_figures_and_in_what_the_programme_says() -> None:
    text = document(blocks(application()), "de")
    assert "# Förderung der Interkommunalen Zusammenarbeit, Hessen" in text
    assert re.search(r"\d\.\d{3},\d\d", text)
    assert "Formloser Antrag" in text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<script>x</script>", r"\<script\>x\</script\>"),
        ("[a](http://b)", r"\[a\](http\://b)"),
        ("www.x.de a@b.c", r"www\.x.de a\@b.c"),
        ("a | b `c` *d* _e_", r"a \| b \`c\` \*d\* \_e\_"),
        ("two\nlines", "two lines"),
        ("&lt; \\", r"\&lt; \\"),
        ("Bad Sooden-Allendorf (Kreis)", "Bad Sooden-Allendorf (Kreis)"),
    ],
)
def test_names_are_no_markup(name: str, shown: str) -> None:
    assert plain(name) == shown
    assert shown in document(blocks(application([name, "Other", "Third"])), "en")


@pytest.mark.parametrize(
    ("name", "shown"),
    [("# heading", r"\# heading"), ("- item", r"\- item"), ("12. item", r"12\. item")],
)
def test_an_instance_named_like_the_begin_of_a_list_is_none(name: str, shown: str) -> None:
    assert plain(name) == shown
    assert f"\n{shown}, partnerships" in document(blocks(application(title={"en": name})), "en")


@pytest.mark.parametrize("name", tiny.HOSTILE)
def test_hostile_names_leave_the_lines_as_they_are(name: str) -> None:
    usual = document(blocks(application(["A", "Other", "Third"])), "en").splitlines()
    other = document(blocks(application([name, "Other", "Third"])), "en").splitlines()
    assert [line[:2] for line in usual] == [line[:2] for line in other]
