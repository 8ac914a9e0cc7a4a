"""The set of legal forms of each German state."""

from __future__ import annotations

import pytest

from koopopt.case import resources
from koopopt.case.states import LEGAL_FORMS, legal_forms_of
from koopopt.errors import UsageError


def test_every_state_has_a_set_and_every_set_of_a_state_is_used() -> None:
    assert list(LEGAL_FORMS) == [f"{key:02}" for key in range(1, 17)]
    shipped = {n for n, p in resources.legal_forms().items() if p.parents[1].name == "models"}
    assert set(LEGAL_FORMS.values()) == shipped
    of_states = [name for name in LEGAL_FORMS.values() if name != "simple"]
    assert len(of_states) == len(set(of_states)) == 13


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ("06", "hessen"),
        ("07", "rheinland-pfalz"),
        ("09", "bayern"),
        ("16", "thueringen"),
        ("02", "simple"),
        ("04", "simple"),
        ("11", "simple"),
    ],
)
def test_the_set_of_a_state(state: str, name: str) -> None:
    assert legal_forms_of(state) == name


@pytest.mark.parametrize("state", ["00", "17", "6", "06634", "", "Hessen"])
def test_what_is_no_state_is_told(state: str) -> None:
    with pytest.raises(UsageError, match=repr(state)):
        legal_forms_of(state)
