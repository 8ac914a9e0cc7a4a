"""Labels and ids as people write them: brought to one form, or named where they look alike.

Two texts that a reader cannot tell apart are one: composed or decomposed letters (a Mac writes
``Süd`` in another way than Windows), special blanks, characters that cannot be seen. Texts that a
reader can tell apart stay different, but labels that differ by no more than case, blanks, hyphens,
the spelling of an umlaut or a look-alike letter of another alphabet are named.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from koopopt.errors import Fault
from koopopt.language.hints import latin
from koopopt.text import T

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""What Unicode calls ignorable: soft hyphens, zero widths, directions, byte-order marks."""
_BLANKS = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})


def clean(text: str) -> str:
    r"""Return a label or id in the one form that is compared.

    >>> clean("Su\u0308d\u00a0 \u200b1 ")
    'Süd 1'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    return _BLANKS.sub(" ", text).strip()


def unseen(text: str) -> bool:
    """Whether a text holds characters that cannot be seen, which `clean` leaves out."""
    return not text.isascii() and _UNSEEN.search(text) is not None


def undamaged(text: str) -> str | None:
    """Return what a text was before UTF-8 was taken for Windows-1252; None where it was not.

    >>> undamaged("SÃ¼d"), undamaged("Süd")
    ('Süd', None)
    """
    try:
        mended = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return mended if mended != text else None


def nearly_equal(file: str, column: str, labels: Iterable[str]) -> Iterator[Fault]:
    """Yield a note for each group of labels that are probably meant to be one."""
    rows = Counter(labels)
    groups: dict[str, list[str]] = {}
    for label in rows:
        for look in _looks(label):
            groups.setdefault(look, []).append(label)
    several = {tuple(group) for group in groups.values() if len(group) > 1}
    for group in sorted(several):
        if any(set(group) < set(other) for other in several):
            continue
        counted = ", ".join(f"{_told(label, group)} ({rows[label]}×)" for label in group)
        yield Fault(
            file,
            T("Nearly equal: {labels}. They count as different.", labels=counted),
            T("Write them in one way if they are meant to be the same."),
            column=column,
        )


def _told(label: str, group: Iterable[str]) -> str:
    """Return a label in quotes; letters of another alphabet by their codes where that differs."""
    bare = latin(label)
    alike = bare != label and any(latin(other) == bare for other in group if other != label)
    return ascii(label) if alike else repr(label)


def _looks(label: str) -> set[str]:
    """Return what a label looks like when it is looked at carelessly."""
    if label.isdecimal():
        return {label.lstrip("0")}
    folded = latin(unicodedata.normalize("NFKC", label)).casefold()
    looks = set()
    for text in (folded, folded.translate(_SPELLED)):
        letters = unicodedata.normalize("NFD", text)
        looks.add("".join(c for c in letters if c.isalnum()))
    has_letters = any(c.isalpha() for c in label)
    return {look for look in looks if look} if has_letters else {label}
