"""Numbers beside which no range can stand, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from koopopt.text import T, Text

RANGE: Final = "_range"
"""What the key of a range ends with, beside that of its number."""

_PLANT = T("it says which sizes of plant there are, and another one is another case")
_ALLOWED = T("it says what is allowed, which is decided and not uncertain")
_ONCE = T("what founding costs once, and the years it is spread over, count as they are written")
_SEVERAL = T("its numbers have ranges of their own, beside each")
_OTHER = T("it is no number that costs, travel or identity follow from")

REASONS: Final[Mapping[str, Text]] = {
    "up_to": _PLANT,
    **dict.fromkeys(
        ("min_members", "max_members", "base", "inhabitants_per_vote", "max_share"), _ALLOWED
    ),
    **dict.fromkeys(("one_off", "one_off_per_member", "years", "discount"), _ONCE),
    **dict.fromkeys(
        ("demand", "cost", "travel", "identity", "office", "tiers", "weights", "grant", "votes",
         "rules", "legal_form"),
        _SEVERAL,
    ),
}  # fmt: skip
"""Why a key that is known has no range, where there is more to say than `_OTHER`."""


def unranged(key: str, reason: Text | None = None) -> Text:
    """Return the sentence that no range can stand beside a key, and why not."""
    reason = REASONS.get(key, _OTHER) if reason is None else reason
    return T("Beside {key} stands no range: {reason}.", key=repr(key), reason=reason)


def unranged_rule(key: str) -> Text:
    """Return the same of a rule."""
    return unranged(key, _ALLOWED)
