"""What is installed, by metadata: nothing of other packages is imported."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint

import pytest

from koopopt.packages import Entry, entries, installed


def entry(value: str) -> Entry:
    return Entry("one", value, "one-package", "1.0", EntryPoint("one", value, "koopopt.x"))


def test_packages_that_are_installed() -> None:
    assert installed("numpy")
    assert not installed("no-such-package-as-this")
    assert not installed("")


def test_a_group_that_nobody_offers_to_is_empty() -> None:
    assert entries("koopopt.nothing-of-this-kind") == ()


def test_a_folder_is_found_without_importing_its_package() -> None:
    assert "antigravity" not in sys.modules
    assert entry("koopopt.locale").folder().name == "locale"
    with pytest.raises(NotADirectoryError):
        entry("koopopt.nowhere").folder()
    for missing in ("no_such_package.models", "antigravity.models"):  # the latter is one file
        with pytest.raises(ImportError):
            entry(missing).folder()
    assert "antigravity" not in sys.modules


def test_what_an_entry_names_is_imported_when_it_is_asked_for() -> None:
    assert entry("math:inf").load() == float("inf")
