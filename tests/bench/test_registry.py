"""The registry names sets whose instances can be made, and what is known fits."""

from __future__ import annotations

import pytest

from koopopt.bench import recipes
from koopopt.bench.registry import chosen, registry
from koopopt.errors import UsageError

GENERATED = [one for one in registry().values() if one.kind in recipes.NAMES]


def test_every_set_says_in_both_languages_what_it_is_and_where_it_comes_from() -> None:
    for one in registry().values():
        assert one.title.keys() >= {"de", "en"}
        assert one.source.keys() >= {"de", "en"}
        assert one.kind in recipes.MAKERS
        assert bool(one.best) == bool(one.found), one.name


@pytest.mark.parametrize("one", GENERATED, ids=[one.name for one in GENERATED])
def test_names_are_unique_and_the_first_instance_can_be_made(one: recipes.BenchSet) -> None:
    found = recipes.recipes(one, None)
    names = [recipe.instance for recipe in found]
    assert len(names) == len(set(names)) == len(one.entries) > 0
    assert set(one.best) <= set(names)
    assert len(recipes.made(found[0]).municipalities) > 1


def test_a_bound_is_not_above_the_value() -> None:
    known = [(name, best) for one in registry().values() for name, best in one.best.items()]
    assert known
    assert [name for name, best in known if best.bound > best.value] == []


def test_a_set_that_is_not_there_is_told_with_one_that_is_near() -> None:
    with pytest.raises(UsageError, match="Did you mean 'synthetic'"):
        chosen(("synthetik",))
