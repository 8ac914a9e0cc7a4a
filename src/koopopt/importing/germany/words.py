"""What the files of an imported instance say of themselves: remarks, sources, how it was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from koopopt.errors import Fault, in_full
from koopopt.importing.germany.lay import Lay
from koopopt.importing.germany.register import Register
from koopopt.importing.germany.units import Unit
from koopopt.language.inert import on_terminal
from koopopt.text import T, by_language, number

ATTRIBUTION: Final = "© GeoBasis-DE / BKG, dl-de/by-2-0, Daten verändert / data modified"
_LICENCE: Final = "dl-de/by-2-0 (Datenlizenz Deutschland Namensnennung 2.0)"


def is_of_bkg(file: str) -> bool:
    """Whether a file of polygons is named as those of the Bundesamt für Kartographie are."""
    return "vg250" in file.casefold() or "vg5000" in file.casefold() or "vg1000" in file.casefold()


def sources(register: Register, lay: Lay, identity: str, pooled: bool) -> list[dict[str, Any]]:
    """Return where the data come from, as `instance.toml` lists it, by language."""
    held = T("municipalities.csv: population, area_km2, kind, county, state, identity_area"
             " ({identity})", identity=identity)  # fmt: skip
    if pooled:
        held = T("{what}; status_quo.csv: associations", what=held)
    drawn = T("neighbours.csv: common borders, measured on the polygons as they are drawn;"
              " boundaries.geojson: the same, simplified; municipalities.csv: lat, lon (middle of"
              " the area, not the main settlement)")  # fmt: skip
    if lay.near is None:
        drawn = T("municipalities.csv: lat, lon")
    official = T("© Statistisches Bundesamt (Destatis), Gemeindeverzeichnis GV-ISys, {file},"
                 " territory of {date}; data modified",
                 file=register.file, date=register.date)  # fmt: skip
    bkg = is_of_bkg(lay.file)
    whose = T("© GeoBasis-DE / BKG, data modified") if bkg else T("a file of the user")
    licence = T("{licence}; newer editions may be CC BY 4.0", licence=_LICENCE)
    supposed = T("rules, weights, office.cost: ASSUMPTIONS of koopopt import, to be decided on")
    return [
        {
            "what": by_language(held), "from": by_language(official),
            "year": int(register.date[:4]), "licence": _LICENCE,
        },
        {
            "what": by_language(drawn),
            "from": by_language(T("{whose}: {file}", whose=whose, file=lay.file)),
            **({"licence": by_language(licence)} if bkg else {}),
        },
        {"what": by_language(supposed), "from": "koopopt import germany"},
    ]  # fmt: skip


def head(title: str, units: Sequence[Unit], lang: str) -> str:
    """Return the remarks above `instance.toml`."""
    people = sum(unit.entry.population for unit in units)
    text = T(
        "{title}: {towns} municipalities, {people} inhabitants. Facts (inhabitants, areas, borders)"
        " are official; costs and trips come from the model library and are mostly assumptions."
        " Rules and weights below are a start to be discussed. What was matched, left out or only"
        " supposed stands in README.md.",
        title=title, towns=sum(len(unit.members) for unit in units), people=number(people, lang),
    )  # fmt: skip
    return "".join(f"# {on_terminal(line)}\n" for line in _wrapped(text.render(lang)))


def readme(title: str, notes: Sequence[Fault], lang: str) -> str:
    """Return the page that tells how the instance was made."""
    first = T(
        "This instance was made by `koopopt import germany` from the official register and from"
        " official polygons. Check it with `koopopt check`; `koopopt run` writes plan and report."
    )
    better = T(
        "What makes it better: minutes by road (travel.csv) instead of estimates, own accounts"
        " (alone_cost.csv, or koopopt calibrate), what is pooled today beside associations"
        " (status_quo.csv), central places (column central_place), and rules that were agreed."
    )
    lines = [
        f"# {_plain(title)}",
        "",
        *_wrapped(first.render(lang)),
        "",
        *_wrapped(better.render(lang)),
    ]
    if notes:
        heading = T("To note")
        lines += ["", f"## {heading.render(lang)}", ""]
        lines += in_full(notes, lang, _plain)
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Return text of files as it stands in Markdown without meaning anything there."""
    seen = on_terminal(" ".join(text.split()))
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|" else c for c in seen)


def _wrapped(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, 98, break_long_words=False, break_on_hyphens=False)
