"""Faults and errors as people read them: place, value, rule, remedy; many of a kind as some."""

from __future__ import annotations

import pickle

import pytest

from koopopt.errors import (
    DataError,
    DataWarning,
    Fault,
    InternalError,
    KoopoptError,
    SolverError,
    UsageError,
    bulleted,
    in_full,
    noted,
    some,
    why,
)
from koopopt.text import T, Text

RULE, REMEDY = Text("It is wrong."), Text("Mend it.")


def test_a_fault_says_where_what_why_and_what_to_do() -> None:
    fault = Fault("a.csv", RULE, REMEDY, row=3, column="name", value="x")
    assert fault.render() == "a.csv, row 3, column name, value 'x': It is wrong. Mend it."
    assert fault.render("de").startswith("a.csv, Zeile 3, Spalte name, Wert 'x': ")
    assert Fault("a.csv", RULE, REMEDY).render() == "a.csv: It is wrong. Mend it."


def test_a_long_value_is_cut_and_a_strange_one_harmless() -> None:
    assert "…" in Fault("f", RULE, REMEDY, value="x" * 100).render()
    assert len(Fault("f", RULE, REMEDY, value="x" * 10_000).render()) < 120
    assert "\x1b" not in Fault("f", RULE, REMEDY, value="\x1b[31m").render()


def test_some_of_many_names() -> None:
    assert some(["a", "b", "a"]).render() == "a, b"
    assert some("abcde").render() == "a, b, c and 2 more"
    assert some([3, 1], lambda k: f"<{k}>").render() == "<3>, <1>"


def test_faults_of_a_kind_are_counted_and_others_are_shown() -> None:
    def fault(k: int, column: str) -> Fault:
        return Fault("f", T("{name} is wrong.", name=k), REMEDY, column=column)

    faults = [fault(k, f"list[{k}].id") for k in range(5)] + [fault(9, "other")]
    lines = bulleted(Text("Heading"), faults, "en")
    assert lines[0] == "Heading"
    assert len(lines) == 1 + 3 + 1 + 1
    assert "2 more of this kind, 5 in all" in lines[4]
    assert "column other" in lines[5]


def test_what_to_do_about_equal_notes_stands_once() -> None:
    def note(k: int, remedy: Text = REMEDY) -> Fault:
        return Fault("f", T("{name} is doubtful.", name=k), remedy)

    assert noted([note(1), note(2)], "en") == [
        "To note:", "  • f: 1 is doubtful.", "  • f: 2 is doubtful.", "    Mend it.",
    ]  # fmt: skip
    many = noted([note(k) for k in range(5)], "en")
    assert len(many) == 5
    assert many[-1] == "    … and 2 more of this kind, 5 in all. Mend it."
    differing = [note(1), note(2, Text("Leave it."))]
    assert noted(differing, "en")[1:] == [
        "  • f: 1 is doubtful. Mend it.", "  • f: 2 is doubtful. Leave it.",
    ]  # fmt: skip
    assert in_full([note(k) for k in range(5)], "en", str.upper) == [
        "* MEND IT. (5 NOTES)", *(f"  * F: {k} IS DOUBTFUL." for k in range(5)),
    ]  # fmt: skip
    assert in_full([note(1)], "en", str) == ["* f: 1 is doubtful. Mend it."]


def test_an_error_of_data_holds_every_fault_and_its_notes() -> None:
    faults = [Fault("f", RULE, REMEDY, row=k) for k in range(7)]
    error = DataError(iter(faults), [Fault("n", Text("A note."), REMEDY)])
    assert error.faults == tuple(faults)
    assert str(error).startswith("The data have 7 fault(s).")
    assert str(error).endswith("To note:\n  • n: A note. Mend it.")
    assert noted([], "en") == []


def test_what_a_system_says_is_of_the_language() -> None:
    def told(error: Exception, lang: str) -> str:
        return T("It cannot be opened: {reason}.", reason=why(error)).render(lang)

    denied = PermissionError(13, "Permission denied")
    assert told(denied, "en") == "It cannot be opened: Permission denied."
    assert "Permission" not in told(denied, "de")
    assert told(OSError(999, "Odd {thing}"), "de").endswith("Odd {thing}.")
    assert why(ValueError("embedded null byte")).render() == "embedded null byte"
    assert why(OSError()).render() == "OSError"


@pytest.mark.parametrize(
    ("kind", "code"),
    [(KoopoptError, 1), (UsageError, 2), (SolverError, 1), (InternalError, 1)],
)
def test_exit_codes(kind: type[KoopoptError], code: int) -> None:
    assert kind(RULE).exit_code == code
    assert DataError([]).exit_code == 3


def test_errors_go_through_other_processes() -> None:
    again = pickle.loads(pickle.dumps(UsageError(T("There is no {name}.", name="x"))))
    assert again.render() == "There is no x."


def test_a_warning_is_the_sentence_of_its_fault() -> None:
    fault = Fault("f", RULE, REMEDY)
    assert str(DataWarning(fault)) == fault.render()
