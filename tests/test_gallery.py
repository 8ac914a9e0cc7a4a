"""The gallery: ten questions, each with its picture, and answers whose figures are those shown."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from nightly import NIGHTLY
from pages import DOCS, blocks, named

GALLERY = DOCS / "gallery"
QUESTIONS = [page for page in sorted(GALLERY.glob("*.md")) if page.name != "index.md"]
LARGEST = 150_000
"""Bytes of a picture."""
TIMED = {"cheaper-or-nearer"}
"""Few points of a front: which ones depends on how much can be answered in the time."""
FIGURE = r"\d[\d.,]*\d|\d+"


def test_each_question_has_a_picture_of_its_name_that_the_script_draws() -> None:
    drawn = runpy.run_path(str(DOCS / "make_gallery.py"))["PICTURES"]
    names = {picture.__name__.replace("_", "-") for picture in drawn}
    assert len(names) == 10
    assert {page.stem for page in QUESTIONS} == names == {p.stem for p in GALLERY.glob("*.svg")}
    for page in QUESTIONS:
        assert f"]({page.stem}.svg)" in page.read_text("utf-8")
        assert f"]({page.stem}.svg)]({page.name})" in (GALLERY / "index.md").read_text("utf-8")


@pytest.mark.parametrize("picture", sorted(GALLERY.glob("*.svg")), ids=named)
def test_pictures_are_small_and_load_nothing(picture: Path) -> None:
    text = picture.read_text("utf-8")
    assert len(text.encode()) < LARGEST
    assert not re.search(r"(?:href|src)=.https?:|<script|url\(['\"]?http", text)


@pytest.mark.parametrize("page", QUESTIONS, ids=named)
def test_the_figures_of_an_answer_are_shown_by_its_commands(page: Path) -> None:
    (answer,) = re.findall(r"^\*\*Answer\.\*\* (.+?)\n\n", page.read_text("utf-8"), re.S | re.M)
    shown = set(re.findall(FIGURE, "".join(blocks(page, "console") + blocks(page, "text"))))
    figures = {f for f in re.findall(FIGURE, answer) if len(f) > 1}
    assert figures
    assert figures - shown == set()


@pytest.mark.skipif(NIGHTLY == 1, reason="takes a minute: make nightly")
def test_pictures_are_as_the_script_draws_them(tmp_path: Path) -> None:
    names = [page.stem.replace("-", "_") for page in QUESTIONS if page.stem not in TIMED]
    runpy.run_path(str(DOCS / "make_gallery.py"))["draw"](tmp_path, names)
    for made in tmp_path.glob("*.svg"):
        assert made.read_text("utf-8") == (GALLERY / made.name).read_text("utf-8"), "make gallery"
