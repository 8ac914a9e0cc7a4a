r"""How text is spelled where not every character can be shown.

A console shows the characters of its encoding and no others; most programs print a ``?`` for the
rest. Here nothing becomes a ``?``: letters are spelled as German is typed without umlauts (``ä``
is ``ae``) or without their accents (``é`` is ``e``), marks as ASCII has them (``→`` is ``->``,
``≤`` is ``<=``, ``²`` is ``^2``), and whatever is left is escaped (``\u4e2d``). Bytes in names of
files that are no UTF-8 are escaped everywhere (``\xdf``).
"""

from __future__ import annotations

import unicodedata
from typing import Final

GERMAN: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss",
                 "ẞ": "SS"}  # fmt: skip
_LETTERS: Final = GERMAN | {"æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "oe",
                            "Ø": "Oe", "þ": "th", "Þ": "Th"}  # fmt: skip
_LETTERS.update(zip("łŁđĐðÐıħĦŋŊ", "lLdDdDihHnN", strict=True))
_MARKS: Final = {
    "✓": "+", "✗": "x", "•": "*", "·": "*", "…": "...", "→": "->", "←": "<-", "↔": "<->",
    "↑": "^", "↓": "v", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "×": "x", "÷": "/",
    "±": "+/-", "∞": "inf", "Σ": "Sum ", "∈": "in", "€": "EUR", "£": "GBP", "°": " deg",
    "µ": "u", "μ": "u", "§": "Sec.", "‰": "/1000", "©": "(c)", "®": "(R)", "™": "(TM)",
    **dict.fromkeys("–—‐‑‒―−", "-"), **dict.fromkeys("„“”‟«»", '"'),
    **dict.fromkeys("‚‘’‛‹›ʼ", "'"), **dict.fromkeys("─━═", "-"), **dict.fromkeys("│┃║", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼", "+"), "█": "#", "☐": "[ ]",
}  # fmt: skip
_RAISED: Final = {"<super>": "^", "<sub>": "_", "<fraction>": " "}


def spelled(text: str, encoding: str) -> str:
    """Return `text` in characters that `encoding` has; as it is where it has them all."""
    if _shows(encoding, text):
        return text
    return "".join(
        c if _shows(encoding, c) else _spelled(c, encoding)
        for c in unicodedata.normalize("NFC", text)
    )


def _spelled(c: str, encoding: str) -> str:
    """Return a character that `encoding` lacks in others."""
    kind, _, _ = unicodedata.decomposition(c).rpartition(">")
    plain = _MARKS.get(c) or _LETTERS.get(c) or unicodedata.normalize("NFKD", c)
    if not kind and plain[0].isascii():  # a letter with accents
        plain = "".join(p for p in plain if not unicodedata.combining(p))
    elif c not in _MARKS:
        plain = _RAISED.get(f"{kind}>", "") + plain.replace("\N{FRACTION SLASH}", "/")
    return plain if plain != c and _shows(encoding, plain) else escaped(c)


def escaped(c: str) -> str:
    r"""Return a character as an escape: ``\xdf`` for a byte that is no UTF-8, ``\u4e2d``."""
    if "\udc80" <= c <= "\udcff":  # how Python keeps such a byte
        return f"\\x{ord(c) - 0xDC00:02x}"
    return c.encode("ascii", "backslashreplace").decode()


def _shows(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeError:
        return False
    return True
