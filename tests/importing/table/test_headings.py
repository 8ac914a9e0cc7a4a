from __future__ import annotations

import pytest

from koopopt.importing.table.headings import MUNICIPALITIES, NEIGHBOURS, folded, national, role_of


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("AGS", "id"),
        ("Amtl. Gemeindeschlüssel", "id"),
        ("code_insee", "id"),
        ("Gemeinde", "name"),
        ("Nom de la commune", "name"),
        ("Anzahl der Einwoh-\nner insgesamt ¹)", "population"),
        ("Population municipale", "population"),
        ("Einwohner 2040", "population_2040"),
        ("Bevölkerung (31.12.2023)", "population_2023"),
        ("Bevölkerungsprognose 2040", "population_2040"),
        ("population_2018", "population_2018"),
        ("Breitengrad (WGS84)", "lat"),
        ("Geogr. Länge", "lon"),
        ("Rechtswert", "x"),
        ("Hochwert", "y"),
        ("Landkreis", "county"),
        ("Département", "county"),
        ("Bundesland", "state"),
        ("Fläche (km²)", "area_km2"),
        ("Fläche in km2", "area_km2"),
        ("Fläche in ha", "area_ha"),
        ("identity_area", "identity_area"),
    ],
)
def test_usual_headings_are_known(heading: str, role: str) -> None:
    found = role_of(heading, MUNICIPALITIES)
    assert found is not None
    assert found[0] == role


@pytest.mark.parametrize(
    "heading",
    ["Einwohner (in 1000)", "Einwohner männlich", "Veränderung 2019-2024 Einwohner", "lat_area",
     "Fläche (m²)", "lfd. Nr.", "epci_members", "Bemerkung", ""],
)  # fmt: skip
def test_what_means_something_else_is_not_taken(heading: str) -> None:
    assert role_of(heading, MUNICIPALITIES) is None


def test_a_heading_stands_for_one_column_only() -> None:
    for roles in (MUNICIPALITIES, NEIGHBOURS):
        words = [word for tiers in roles.values() for tier in tiers for word in tier]
        assert len(words) == len(set(words))
        assert [word for word in words if folded(word) != word] == []


def test_headings_that_name_a_country() -> None:
    assert national("AGS") == national("Amtlicher Regionalschlüssel (ARS)".partition(" (")[0])
    assert national("Code INSEE") == "insee"
    assert national("code") is None
