"""The colours of maps, charts, pages and tables.

Partnerships have P. Tol's *light* scheme (https://sronpersonalpages.nl/~pault/), made for areas
under dark text and told apart with the usual kinds of colour blindness; grey stands for "alone".
"""

from __future__ import annotations

from typing import Final

TONES: Final = (
    "#77aadd", "#ee8866", "#44bb99", "#ffaabb", "#bbcc33", "#99ddff", "#eedd88", "#aaaa00",
)  # fmt: skip
ALONE_COLOUR: Final = "#e4e4e4"
INK: Final = "#1b1b1b"
CHOSEN_COLOUR: Final = "#b2182b"
"""Marks the chosen plan, everywhere."""
COMPARED_COLOUR: Final = "#2166ac"
"""Marks the plan that it is compared with."""
SHARE_COLOUR: Final = "#4292c6"
"""What a share of 1 looks like, 0 being white: dark figures can be read on all of it."""
