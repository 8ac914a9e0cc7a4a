"""Back ends by name: whatever way it is spelled, and what is there instead of an unknown one."""

from __future__ import annotations

import pytest

from koopopt.errors import UsageError
from koopopt.solvers import registry


@pytest.mark.parametrize(
    ("spelled", "name"),
    [("HiGHS", "highs"), ("cp_sat", "cp-sat"), ("CPSAT", "cp-sat"), ("PuLP:cbc", "pulp:CBC")],
)
def test_spelling_does_not_matter(spelled: str, name: str) -> None:
    assert registry.get(spelled).name == name


@pytest.mark.parametrize(
    ("name", "said"),
    [("hihgs", "Did you mean highs"), ("gibberish-xyz", "Installed: .*highs"), ("", "Installed:")],
)
def test_an_unknown_one_gets_a_hint(name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        registry.get(name)


def test_the_list_has_what_is_installed() -> None:
    rows = {row.name: row for row in registry.overview()}
    assert {"highs", "cp-sat", "scip"} <= rows.keys()
    assert set(registry.installed()) <= rows.keys()
    assert {name for name, row in rows.items() if row.reason is None} >= set(registry.installed())
