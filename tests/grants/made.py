"""Comparisons and programmes by hand, in cents."""

from __future__ import annotations

from typing import Any

from koopopt.case.plan import Partnership
from koopopt.grants.costs import Comparison
from koopopt.grants.programme import GrantProgramme


def comparison(previous: int, joint: int, *, members: int = 3, **changes: Any) -> Comparison:
    """Return a partnership whose first member pays everything."""
    ids = tuple(f"0{k}" for k in range(1, members + 1))
    grant = changes.get("grant", 0)
    values: dict[str, Any] = {
        "partnership": Partnership("water", ids, ids[0], "association"),
        "members": ids,
        "previous": (previous, *(0,) * (members - 1)),
        "alone": previous,
        "pooled_today": (False,) * members,
        "shares": (joint, *(0,) * (members - 1)),
        "granted_shares": (joint - grant, *(0,) * (members - 1)),
        "office": 0,
        "grant": 0,
        "flat_previous": previous,
        "flat_joint": joint,
        "ruled": joint,
    }
    return Comparison(**{**values, **changes})


def programme(**asked: Any) -> GrantProgramme:
    return GrantProgramme(id="own", title={"de": "Eigenes", "en": "Own"}, **asked)
