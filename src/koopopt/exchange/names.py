"""Names for the outside: those of a model come from data and may hold anything."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from koopopt.language.spelling import GERMAN

MAX_NAME_LENGTH: Final = 100
"""Characters of a name; solvers differ, from 255 upwards."""
_GERMAN: Final = str.maketrans(GERMAN)
# What a reader could take for a keyword, a set, an infinity or the exponent of a number.
RESERVED: Final = re.compile(
    r"(?i:(\d.*|e\d*|_.*|st|s_t_|such|subject.*|max.*|min.*|bounds?|free|inf(inity)?|gen.*|int.*|"
    r"bin.*|semi.*|sos.*|end|obj.*|name|rows|columns|rhs|rng|ranges|bnd|endata|marker))"
)


def safe_names(names: Iterable[str], prefix: str = "x", taken: Iterable[str] = ()) -> list[str]:
    """Return unique names of ASCII letters, digits and underscores, as readable as may be.

    Parameters
    ----------
    names : iterable of str
        Any strings at all.
    prefix : str
        Put before names that begin with no letter or could be mistaken for a keyword.
    taken : iterable of str
        Names that may not be used.
    """
    used, counts, safe = set(taken), dict[str, int](), []
    for name in names:
        plain = re.sub(r"\W+", "_", str(name).translate(_GERMAN), flags=re.ASCII)[:MAX_NAME_LENGTH]
        if not plain or RESERVED.fullmatch(plain):
            plain = f"{prefix}_{plain}".rstrip("_")
        chosen = plain
        while chosen in used:
            counts[plain] = counts.get(plain, 1) + 1
            chosen = f"{plain}_{counts[plain]}"
        used.add(chosen)
        safe.append(chosen)
    return safe


def unique_names(names: Iterable[str]) -> list[str]:
    """Return the names as they are, repeated ones numbered."""
    used, unique = set[str](), []
    for name in names:
        chosen, count = name, 1
        while chosen in used:
            count += 1
            chosen = f"{name} ({count})"
        used.add(chosen)
        unique.append(chosen)
    return unique
