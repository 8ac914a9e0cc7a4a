"""What usual headings mean, in German, English and French: the one place that knows them.

A heading is compared without case, accents, punctuation, footnotes, and words that say nothing
(``Anzahl der Einwohner insgesamt`` is ``einwohner``). What is said in brackets counts, unless it is
a unit that is ours: ``Fläche (ha)`` is not in square kilometres.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from koopopt.language.spelling import GERMAN

Tiers = tuple[tuple[str, ...], ...]
"""Headings of a column: the first group wins over the second where both stand in a table."""

NATIONAL_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "ags": (
        "ags", "gemeindeschluessel", "amtlicher gemeindeschluessel", "amtl gemeindeschluessel",
        "ags8", "ags 8", "regionalschluessel", "amtlicher regionalschluessel", "ars", "rs",
    ),
    "insee": ("code insee", "insee", "code commune", "codgeo", "insee com", "code geo",
              "code officiel geographique", "cog", "depcom"),
}  # fmt: skip
"""Headings that say by themselves which country's key stands below."""

MUNICIPALITIES: Final[Mapping[str, Tiers]] = {
    "id": (
        ("id",),
        (
            *NATIONAL_KEYS["ags"][:6], *NATIONAL_KEYS["insee"], "gemeindekennziffer",
            "gemeindekennzahl", "gkz", "gemeindenummer", "gemeindenr", "gemeinde nr",
            "gemeinde nummer", "gemeinde id", "bfs nr", "bfs nummer", "municipality code",
            "municipality id", "lau", "lau code",
        ),
        (
            *NATIONAL_KEYS["ags"][6:], "schluessel", "schluesselnummer", "kennziffer", "code",
            "key", "nummer",
        ),
    ),
    "name": (
        ("name",),
        ("gemeinde", "gemeindename", "name gemeinde", "gemeinden", "kommune", "municipality",
         "municipality name", "stadt gemeinde", "gemeinde stadt", "commune", "nom",
         "nom commune", "libgeo", "libelle", "nom officiel", "stadt oder gemeinde"),
        ("ort", "bezeichnung", "stadt", "town", "gebiet"),
    ),
    "population": (
        ("population",),
        ("einwohner", "einwohnerzahl", "einwohnerzahlen", "einwohnerinnen und einwohner", "ew",
         "ewz", "bevoelkerung", "bevoelkerungsstand", "bevoelkerungszahl", "inhabitants",
         "residents", "population municipale", "pop", "pmun", "habitants"),
    ),
    "lat": (
        ("lat",),
        ("latitude", "breite", "breitengrad", "geographische breite", "geogr breite",
         "geo breite", "koordinate breite"),
    ),
    "lon": (
        ("lon",),
        ("long", "lng", "longitude", "laenge", "laengengrad", "geographische laenge",
         "geogr laenge", "geo laenge", "koordinate laenge"),
    ),
    "x": (
        ("x",),
        ("rechtswert", "ostwert", "easting", "east", "utm ost", "utm x", "x koordinate",
         "koordinate x", "x coordinate", "x wert", "coordonnee x", "e koordinate", "x lambert93"),
    ),
    "y": (
        ("y",),
        ("hochwert", "nordwert", "northing", "north", "utm nord", "utm y", "y koordinate",
         "koordinate y", "y coordinate", "y wert", "coordonnee y", "n koordinate", "y lambert93"),
    ),
    "county": (
        ("county",),
        ("kreis", "landkreis", "landkreis kreisfreie stadt", "kreis kreisfreie stadt", "kreisname",
         "district", "departement", "nom departement", "bezirk", "politischer bezirk"),
        ("kreisschluessel", "kreis ags", "code departement", "dep", "kreis nr"),
    ),
    "state": (
        ("state",),
        ("bundesland", "land", "region", "nom region", "kanton"),
        ("land ags", "laenderschluessel", "code region", "reg"),
    ),
    "identity_area": (
        ("identity area",),
        ("identitaetsraum", "altkreis", "ehemaliger kreis", "ehemaliger landkreis",
         "frueherer kreis", "former county", "bassin vie"),
    ),
    "kind": (
        ("kind",),
        ("gemeindeart", "gemeindetyp", "art", "art gemeinde", "type", "typ", "rechtsstatus"),
    ),
    "central_place": (
        ("central place",),
        ("zentraler ort", "zentralort", "zentralitaet", "zentraloertliche funktion",
         "zentralitaetsstufe", "zentrale orte"),
    ),
    "area_km2": (
        ("area",),
        ("flaeche", "gebietsflaeche", "katasterflaeche", "gemeindeflaeche", "bodenflaeche",
         "superficie", "surface"),
    ),
    "area_ha": (
        ("area ha", "flaeche ha", "gebietsflaeche ha", "katasterflaeche ha", "bodenflaeche ha",
         "gemeindeflaeche ha", "superficie ha", "surface ha", "flaeche hektar"),
    ),
}  # fmt: skip
"""Our columns, and headings of tables of municipalities."""

NEIGHBOURS: Final[Mapping[str, Tiers]] = {
    "a": (
        ("a",),
        ("ags a", "ags 1", "ags1", "id a", "id 1", "code a", "code 1", "gemeinde a", "gemeinde 1",
         "gemeinde1", "von", "from", "municipality a", "commune a", "commune 1"),
        ("gemeinde", "ags", "insee", "commune", "municipality"),
    ),
    "b": (
        ("b",),
        ("ags b", "ags 2", "ags2", "id b", "id 2", "code b", "code 2", "gemeinde b", "gemeinde 2",
         "gemeinde2", "nach", "to", "municipality b", "commune b", "commune 2"),
        ("nachbar", "nachbargemeinde", "nachbarn", "neighbour", "neighbor", "voisin",
         "commune voisine", "insee voisin"),
    ),
    "border_km": (
        ("border",),
        ("grenze", "grenzlaenge", "gemeinsame grenze", "border length", "laenge grenze",
         "longueur", "frontiere"),
    ),
}  # fmt: skip
"""Our columns, and headings of tables of neighbours."""

POINTS: Final[Mapping[str, Tiers]] = {
    role: MUNICIPALITIES[role] for role in ("id", "lat", "lon", "x", "y")
}
"""Our columns, and headings of a table that holds nothing but places."""

_IDLE: Final = frozenset((
    "in", "am", "au", "en", "zum", "der", "die", "das", "des", "d", "de", "du", "la", "le", "l",
    "les", "of", "the", "anzahl", "number", "nombre", "personen", "stand", "jahr", "insgesamt",
    "gesamt", "total", "totale", "totales", "km", "km2", "qkm", "grad", "dezimalgrad", "degrees",
    "wgs84", "epsg4326", "hauptwohnsitz", "hauptwohnung",
))  # fmt: skip
"""Words that do not change what a heading means."""
_FORECAST: Final = frozenset((
    "prognose", "vorausberechnung", "projektion", "projection", "forecast", "einwohnerprognose",
    "bevoelkerungsprognose", "bevoelkerungsvorausberechnung", "bevoelkerungsprojektion",
))  # fmt: skip
_YEAR: Final = re.compile(r"(?:19|20|21)\d\d")
_DATE: Final = re.compile(r"(?<!\d)\d{1,2}\s*\.\s*\d{1,2}\s*\.\s*(?=\d{4}(?!\d))")
_ISO: Final = re.compile(r"(?<=(?<!\d)\d{4})-\d{2}-\d{2}(?!\d)")


def folded(heading: str) -> str:
    r"""Return a heading without what does not matter.

    >>> folded("Anzahl der Einwoh-\nner insgesamt ¹)"), folded("Fläche (km²)"), folded("code_a")
    ('einwohner', 'flaeche', 'code a')
    """
    text = re.sub(r"(?<=[^\W\d])-\s*\n\s*(?=[a-zäöüß])", "", heading)
    text = re.sub(r"\b(k?m)²", r"\g<1>2", text)
    text = re.sub(r"[¹²³⁴⁵⁶⁷⁸⁹⁰*]+\)?|\b\d\)", " ", text)
    text = "".join(GERMAN.get(c, c) for c in unicodedata.normalize("NFC", text)).casefold()
    bare = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9]+", " ", "".join(bare)).split()
    kept = [word for word in words if word not in _IDLE]
    return " ".join(kept)


def role_of(heading: str, roles: Mapping[str, Tiers]) -> tuple[str, int] | None:
    """Return which of our columns a heading means, and in which of its groups it stands.

    Inhabitants of a year are ``population_YEAR``; whether they are those of today, others decide.
    """
    words = folded(_ISO.sub("", _DATE.sub("", heading)))
    for role, tiers in roles.items():
        for tier, headings in enumerate(tiers):
            if words in headings:
                return role, tier
    if "population" in roles and len(years := _YEAR.findall(words)) == 1:
        rest = " ".join(w for w in words.split() if w != years[0] and w not in _FORECAST)
        forecast = any(word in _FORECAST for word in words.split())
        if any(rest in headings for headings in roles["population"]) or (forecast and not rest):
            return f"population_{years[0]}", 0
    return None


def national(heading: str) -> str | None:
    """Return the country's key that a heading names: ``ags`` or ``insee``."""
    words = folded(heading)
    return next((kind for kind, headings in NATIONAL_KEYS.items() if words in headings), None)
