"""Whose an account is, as options name it."""

from __future__ import annotations

import pytest

from calibrating.county import IDS, county
from koopopt.calibrating.whose import Towns
from koopopt.errors import UsageError


def test_ids_lost_zeros_and_names() -> None:
    towns = Towns(county())
    texts = ["06636001", "6636002", " celle ", "Celle"]
    assert towns.named(texts, "--without") == tuple(IDS[:3])


def test_who_is_meant_must_be_certain() -> None:
    with pytest.raises(UsageError, match=r"--without: 'Cele' is no municipality.*mean 'Celle'"):
        Towns(county()).named(["Cele"], "--without")
