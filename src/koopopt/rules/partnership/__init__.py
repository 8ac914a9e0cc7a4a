"""The rules about one partnership (section 5 of docs/semantics.md), one class each, by theme.

They bind pooled partnerships; staying alone is always allowed unless `forbid_alone`,
`viable_alone`, `together` or `keep_existing` says otherwise.
"""

from __future__ import annotations

from koopopt.rules.base import PartnershipRule
from koopopt.rules.partnership.company import Alone, Apart, ForbidAlone, KeepExisting, Together
from koopopt.rules.partnership.places import (
    Contiguous,
    MaxIdentityAreas,
    MaxMinutes,
    SameCounty,
    SameState,
    Seats,
)
from koopopt.rules.partnership.sizes import (
    MaxDemand,
    MaxMembers,
    MaxPopulation,
    MinMembers,
    MinPopulation,
)
from koopopt.rules.partnership.terms import LegalForms, MinSaving, NoLosersRule

OWN: tuple[type[PartnershipRule], ...] = (
    Contiguous,
    MaxMinutes,
    MinMembers,
    MaxMembers,
    MinPopulation,
    MaxPopulation,
    MaxDemand,
    MaxIdentityAreas,
    SameCounty,
    SameState,
    Seats,
    LegalForms,
    Apart,
    Together,
    Alone,
    ForbidAlone,
    KeepExisting,
    NoLosersRule,
    MinSaving,
)
