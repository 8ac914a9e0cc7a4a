"""What was probably meant."""

from __future__ import annotations

import pytest

from koopopt.language.hints import Names, exact


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("06636004", "mean '06636003'"),
        ("6636003", "leading zero seems lost: did you mean '06636003'"),
        ("6636003.0", "mean '06636003'"),
        ("0777", "Known is '777': a leading zero seems lost there"),
        ("Wat\u0435r", "mean 'water'"),  # a Cyrillic letter
        ("Water ", "mean 'water'"),
        ("local_area", "mean 'local-area'"),
        ("xyz", "Known are 06636003, water, local-area"),
    ],
)
def test_remedy(name: str, words: str) -> None:
    assert words in Names(["06636003", "water", "local-area", "777"]).remedy(name).render()


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("6636003", "06636003"),
        ("6636003.0", "06636003"),
        ("'06636003", "06636003"),
        ("06636003.00", "06636003"),
        ("6636003.5", None),
        ("5", None),  # could be 5.0 or 05
        ("A5", None),
    ],
)
def test_restored(name: str, id_: str | None) -> None:
    assert Names(["06636003", "05", "005", "A5"]).restored(name) == id_


def test_thousands_of_wrong_names_take_no_time() -> None:
    names = Names(f"{k:08d}" for k in range(5000))
    for k in range(2000):
        names.remedy(f"x{k}")


@pytest.mark.parametrize("value", [0.0, 1.0, 1.234, 41.4, 1e22, 1 / 3, 2.0**60])
def test_exact(value: float) -> None:
    assert float(exact(value)) == value
