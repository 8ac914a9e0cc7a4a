"""Rules in a few words that a council understands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from koopopt.rules.kinds import DOOR
from koopopt.text import T, Text

RULE_WORDS: Final[Mapping[str, Text]] = {
    "contiguous": T("members border on each other"),
    "max_minutes": T("at most so many minutes to the seat"),
    "min_members": T("at least so many members"),
    "max_members": T("at most so many members"),
    "min_population": T("at least so many inhabitants together"),
    "max_population": T("at most so many inhabitants together"),
    "max_demand": T("at most so much demand together"),
    "max_identity_areas": T("at most so many areas of identity"),
    "same_county": T("members of one county"),
    "same_state": T("members of one Land"),
    "seats": T("only certain seats"),
    "central_places": T("seats only in central places"),
    "legal_forms": T("only certain legal forms"),
    "apart": T("certain municipalities not together"),
    "together": T("certain municipalities together"),
    "alone": T("certain municipalities alone"),
    "forbid_alone": T("nobody alone"),
    "keep_existing": T("today's cooperations stay together"),
    "no_losers": T("no member pays more than alone"),
    "min_saving": T("each partnership saves at least so much"),
    "max_pooled": T("at most so many services given away"),
    "max_memberships": T("at most so many pooled partnerships a municipality"),
    "max_hosted": T("at most so many services hosted"),
    "max_partner_seats": T("at most so many other seats to deal with"),
    "max_bodies": T("at most so many pooled partnerships"),
    "min_bodies": T("at least so many pooled partnerships"),
    "stable": T("nobody leaves"),
    "key": T("a key by which costs are shared"),
    "max_partnerships": T("at most so many partnerships, alone ones too"),
    "min_partnerships": T("at least so many partnerships, alone ones too"),
}


def titles() -> dict[str, Text]:
    """Return the words of rules by their keys, those of plug-ins behind koopopt's own."""
    outside = {k: kind.title or Text("{rule}", {"rule": kind.summary or k})
               for k, kind in DOOR.things.items()}  # fmt: skip
    return {**RULE_WORDS, **outside}


MORE_WORDS: Final[Mapping[str, Text]] = {
    "viable_alone": T("asked also of who is alone"),
    "tolerance": T("so much more is allowed, as a share"),
    "min_saving_without_grant": T("without the grant"),
    "value_of_travel": T("EUR that an hour of travel is worth"),
}
"""Keys that say more of a rule."""
FORM_WORDS: Final[Mapping[str, Text]] = {
    "services": T("only these services"),
    "min_members": T("members at least"),
    "max_members": T("members at most"),
    "same_county": T("members of one county only"),
    "same_state": T("members of one Land only"),
    "votes": T("largest share of one member's votes"),
}
"""Conditions of legal forms."""
