"""Every rule is explained in plain words; a plug-in's by what that says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest

from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES
from koopopt.rules.base import PlanRule
from koopopt.text import LANGUAGES
from koopopt.writing import explained
from koopopt.writing.example import RULE_SAMPLES, readme, settings


def test_every_rule_is_explained_and_has_a_sample() -> None:
    keys = {key for kind in (*PARTNERSHIP_RULES, *PLAN_RULES) for key in kind.keys()}  # noqa: SIM118
    assert keys <= explained.RULES.keys()
    assert keys <= RULE_SAMPLES.keys()
    assert [key for key, _ in explained.rules()] == list(dict(explained.rules()))


def test_a_rule_of_a_plug_in_speaks_for_itself() -> None:
    @dataclass(frozen=True, slots=True)
    class Own(PlanRule):
        summary: ClassVar[str] = "at most {n} of `{ a = 1 }`"
        own: int = 1

    assert explained.rule("own", Own).render("de") == Own.summary


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_folder_speaks_the_language(lang: str) -> None:
    text, about = settings("x", lang), readme(lang)
    assert ("Regeln" in text, "Gemeinden" in about) == (lang == "de", lang == "de")
    assert all(len(line) <= 101 for line in (text + about).splitlines())
