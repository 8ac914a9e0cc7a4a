"""Which set of legal forms of the library belongs to which German state, by the key of the state.

The keys are the first two digits of the official municipality key (Amtlicher Gemeindeschlüssel).
Cooperation between municipalities is the law of the Land, so each of the thirteen area states has
a set of its own. A city state hardly has municipalities that could cooperate: it gets `simple`,
the set without a law behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from koopopt.errors import UsageError
from koopopt.text import T

WITHOUT_A_LAW: Final = "simple"
"""The set of no state, for teaching, for other countries, and for city states."""

LEGAL_FORMS: Final = {
    "01": "schleswig-holstein",
    "02": WITHOUT_A_LAW,  # Hamburg
    "03": "niedersachsen",
    "04": WITHOUT_A_LAW,  # Bremen
    "05": "nordrhein-westfalen",
    "06": "hessen",
    "07": "rheinland-pfalz",
    "08": "baden-wuerttemberg",
    "09": "bayern",
    "10": "saarland",
    "11": WITHOUT_A_LAW,  # Berlin
    "12": "brandenburg",
    "13": "mecklenburg-vorpommern",
    "14": "sachsen",
    "15": "sachsen-anhalt",
    "16": "thueringen",
}
"""Sets of legal forms by state."""


def legal_forms_of(state: str) -> str:
    """Return the name of the set of legal forms for a German state.

    Parameters
    ----------
    state : str
        Key of the state, two digits: `"06"` is Hessen.

    Raises
    ------
    UsageError
        For what is no key of a state.
    """
    if state not in LEGAL_FORMS:
        raise UsageError(
            T("There is no German state {state}: keys go from 01 to 16.", state=repr(state))
        )
    return LEGAL_FORMS[state]


def common_legal_forms(states: Iterable[str]) -> str:
    """Return the set of legal forms that all these states have, else that without a law.

    Keys that are of no German state count as without a law.
    """
    found = {legal_forms_of(key) if key in LEGAL_FORMS else WITHOUT_A_LAW for key in states}
    return found.pop() if len(found) == 1 else WITHOUT_A_LAW
