"""Messages: rendering, numbers, and a German catalogue that is complete and in step."""

from __future__ import annotations

import ast
import gettext
import pickle
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import koopopt
from koopopt.text import T, Text, by_language, listed, number

SOURCE = Path(koopopt.__file__).parent
FOLDER = SOURCE / "locale" / "de" / "LC_MESSAGES"


def templates() -> Iterator[tuple[str, str]]:
    """Yield (place, template) of every T("…") in the source."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "T"
            ):
                place = f"{path.relative_to(SOURCE)}:{node.lineno}"
                assert node.args, place
                first = node.args[0]
                assert isinstance(first, ast.Constant), f"{place}: not a literal"
                assert isinstance(first.value, str), place
                yield place, first.value


TEMPLATES = list(templates())


def german() -> dict[str, str]:
    with (FOLDER / "koopopt.mo").open("rb") as file:
        catalogue: dict[str, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {key: value for key, value in catalogue.items() if key}


def test_every_sentence_has_german() -> None:
    known = german()
    missing = sorted({f"{place}: {text!r}" for place, text in TEMPLATES if not known.get(text)})
    assert not missing, "run `make catalogue` and translate:\n" + "\n".join(missing)


def test_the_compiled_catalogue_is_in_step() -> None:
    with (FOLDER / "koopopt.po").open("rb") as file:
        written = read_po(file, locale="de")
    assert {m.id: m.string for m in written if m.id and m.string} == german()
    assert not [m.id for m in written if m.fuzzy and m.id]


def test_nothing_superfluous_is_translated() -> None:
    assert set(german()) <= {text for _, text in TEMPLATES}


def test_german_has_the_same_fields() -> None:
    def fields(pattern: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}

    for template, translation in german().items():
        assert fields(template) == fields(translation), template
        assert template.endswith(".") == translation.endswith("."), template


def test_rendering_nests_and_formats() -> None:
    text = T("{what}: {n}, {x}", what=T("cost"), n=1234567, x=0.5)
    assert text.render() == "cost: 1,234,567, 0.5"
    assert text.render("de") == "Kosten: 1.234.567, 0,5"
    assert str(text) == text.render("en")


def test_braces_in_values_are_inert() -> None:
    assert T("{a}", a="{b} {0} {").render() == "{b} {0} {"


def test_an_unknown_sentence_stays_english() -> None:
    assert Text("No such sentence {a}.", {"a": 1}).render("de") == "No such sentence 1."


def test_a_sentence_can_be_sent_to_another_process() -> None:
    text = T("{why} (Among the {count} within the limits.)", why=T("Stopped early."), count=3)
    again = pickle.loads(pickle.dumps(text))
    assert again == text
    assert again.render("de") == text.render("de")


@pytest.mark.parametrize(
    ("value", "digits", "english", "german"),
    [
        (0, None, "0", "0"),
        (1234.5, None, "1,234.5", "1.234,5"),
        (-0.001, 0, "0", "0"),
        (-1234567.891, 2, "-1,234,567.89", "-1.234.567,89"),
        (1e-9, None, "0", "0"),
        (0.1 + 0.2, None, "0.3", "0,3"),
        (1000000.0, None, "1,000,000", "1.000.000"),
        (float("nan"), None, "–", "–"),
        (2.675, 2, "2.67", "2,67"),  # the float is less than that
        (0.1234567, None, "0.123457", "0,123457"),
        (1234.0, 0, "1,234", "1.234"),
        (1e-9, 12, "0.000000001000", "0,000000001000"),
        (-1e22, 0, "-10,000,000,000,000,000,000,000", "-10.000.000.000.000.000.000.000"),
        (1e308, 12, f"{1e308:,.12f}", f"{1e308:_.0f}".replace("_", ".") + "," + "0" * 12),
    ],
)
def test_numbers(value: float, digits: int | None, english: str, german: str) -> None:
    assert number(value, "en", digits) == english
    assert number(value, "de", digits) == german


def test_whole_numbers_beyond_floating_point_keep_their_digits() -> None:
    assert number(2**62 + 1) == "4,611,686,018,427,387,905"
    assert number(-(10**30), "de", 2) == "-1" + ".000" * 10 + ",00"
    assert number(10**400) == str(10**400)
    assert T("{count}", count=10**400).render("de") == str(10**400)


@pytest.mark.parametrize("translation", ["Von {from}", "Ab {town", "{}", "}"])
def test_a_foreign_translation_that_cannot_be_filled_in_is_not_used(
    translation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Foreign(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return translation

    monkeypatch.setattr("koopopt.text._sources", [lambda lang: [Foreign()]])
    assert T("To {town} and nobody else", town="X").render("de") == "To X and nobody else"


def test_files_say_a_sentence_by_language_where_languages_differ() -> None:
    assert by_language(T("alone")) == {"en": "alone", "de": "allein"}
    assert by_language(T("{name}", name="GV100AD.txt")) == "GV100AD.txt"


def test_a_sign_is_shown_where_it_is_asked_for() -> None:
    shown = [number(value, "de", 1, sign=True) for value in (1234.56, -0.5, 0.04, -0.04)]
    assert shown == ["+1.234,6", "-0,5", "0,0", "0,0"]


def test_numbers_of_a_language_without_sentences_are_english() -> None:
    assert T("{n} rows", n=1234.5).render("fr") == "1,234.5 rows"
    assert number(1234.5, "no language") == "1,234.5"


def test_commands_that_show_no_number_start_without_babel() -> None:
    for argument in ("--version", "--help"):
        script = (
            "import sys\nfrom koopopt.cli import main\ntry: main()\nfinally:"
            " print('babel' in sys.modules, 'filelock' in sys.modules, 'tomlkit' in sys.modules)"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, argument], capture_output=True, text=True, check=True
        )
        assert done.stdout.endswith("False False False\n")


def test_parts_are_listed_and_the_rest_counted() -> None:
    assert str(listed(["{a}", T("cost")])) == "{a}, cost"
    assert listed([T("cost"), "b", "c"], 1).render("de") == "Kosten und 2 weitere"
    assert str(listed([])) == ""
