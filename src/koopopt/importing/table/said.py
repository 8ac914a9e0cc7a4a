"""What the files of an imported instance say in words: where they come from, what was supposed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from koopopt.errors import Fault
from koopopt.importing.notes import listed
from koopopt.language.inert import on_line
from koopopt.text import T, by_language


def sources(named: Sequence[tuple[str, Path | None]], office: float) -> dict[str, Any]:
    """Return the keys of instance.toml that say where figures come from, by language."""
    travel = T("ASSUMPTION: 50 km/h on country roads, and 1.3 km of road for each km as the crow"
               " flies. Estimates, not road times")  # fmt: skip
    cost = T("ASSUMPTION: rooms, IT and a third of a post")
    return {
        "sources": [
            {"what": what, "from": on_line(file.name)} for what, file in named if file is not None
        ],
        "travel": {"speed_kmh": 50.0, "detour": 1.3, "source": by_language(travel),
                   "confidence": "assumption"},
        "office": {"cost": office, "source": by_language(cost), "confidence": "assumption"},
    }  # fmt: skip


def heads(path: Path, lang: str) -> str:
    """Return the remarks at the top of instance.toml."""
    lines = (
        T("Made from {file} by `koopopt import table`; README.md names what was left out and"
          " supposed.", file=on_line(path.name)),
        T("The rules are only a beginning: docs/rules.md names all there are."),
    )  # fmt: skip
    return "".join(f"# {line.render(lang)}\n" for line in lines)


def read_me(title: str, notes: Sequence[Fault], lang: str) -> str:
    """Return the page that tells what was left out, supposed, or read differently."""
    lines = [f"# {on_line(title)}", ""]
    lines += listed(notes, lang)
    lines += ["", T("Add to `sources` in instance.toml who published the data, the year and the"
                    " licence.").render(lang)]  # fmt: skip
    return "\n".join(lines) + "\n"
