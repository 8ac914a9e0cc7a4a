"""What the keys of instance.toml mean, in plain words: for remarks and for explanations.

`docs/rules.md` says it in formulas; here stands what a planner needs to fill in a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES, Rule
from koopopt.text import T, Text

RULES: Final[Mapping[str, Text]] = {
    "contiguous": T("The members form one connected area (needs the table of neighbours)."),
    "max_minutes": T("Nobody travels longer than so many minutes to the seat."),
    "min_members": T("A partnership has at least so many members."),
    "max_members": T("A partnership has at most so many members."),
    "min_population": T("A partnership serves at least so many inhabitants."),
    "viable_alone": T("min_population holds for those who stay alone as well."),
    "max_population": T("A partnership serves at most so many inhabitants; a number, or by seat."),
    "max_demand": T(
        "A partnership has at most so much demand a year, in the service's unit; a number, or by"
        " seat."
    ),
    "max_identity_areas": T("The members belong to at most so many identity areas."),
    "same_county": T("All members lie in the same county."),
    "same_state": T("All members lie in the same state."),
    "seats": T("Only these municipalities (ids) may be a seat."),
    "central_places": T("Only central places of these kinds may be a seat."),
    "legal_forms": T("Only these legal forms may be taken."),
    "apart": T("These pairs of municipalities are never in one partnership."),
    "together": T("These pairs of municipalities are always in one partnership."),
    "alone": T("These municipalities stay alone."),
    "forbid_alone": T("Nobody, or none of these municipalities, may stay alone."),
    "keep_existing": T("Who is in a partnership today stays together; others may join."),
    "no_losers": T(
        "No member pays more than alone if costs are shared by demand, by population, or equally."
    ),
    "tolerance": T("With no_losers: a member may pay more by this share all the same."),
    "min_saving": T(
        "A partnership costs less than its members alone, by this share at least: 0.15 for 15 %."
    ),
    "min_saving_without_grant": T(
        "With min_saving: counted is what a partnership would cost without the grant."
    ),
    "max_pooled": T("A municipality has at most so many services seated elsewhere."),
    "max_memberships": T("A municipality is a member of at most so many partnerships."),
    "max_hosted": T("A municipality is the seat of at most so many partnerships."),
    "max_partner_seats": T(
        "A municipality's services are seated in at most so many other municipalities."
    ),
    "max_bodies": T("At most so many partnerships, in total or by service."),
    "min_bodies": T("At least so many partnerships, in total or by service."),
    "max_partnerships": T("At most so many bodies in total, those who stay alone counted as well."),
    "min_partnerships": T(
        "At least so many bodies in total, those who stay alone counted as well."
    ),
    "stable": T(
        'Nobody leaves: no member alone ("individual"), no members of a partnership ("core"), no'
        ' group at all ("key").'
    ),
    "key": T("By what costs are shared where stable or the criterion largest_loss ask for it."),
    "value_of_travel": T("With stable: what a person-hour of own travel counts, in EUR."),
    "limit": T("No criterion may exceed such a value."),
}
"""The keys of rules."""

SETTINGS: Final[Mapping[str, Text]] = {
    "schema": T("Version of the format; leave it as it is."),
    "name": T("Short name, also used in names of files."),
    "title.de": T("Title in German reports."),
    "title.en": T("Title in English reports."),
    "decimal": T(
        "How numbers such as 850.000 are meant where nothing else shows it: , or . before decimals."
    ),
    "legal_forms": T("A set of legal forms of the model library."),
    "sources[1].what": T("Which data come from where; shown in every report."),
    "sources[1].from": T("Where these data come from."),
    "sources[1].year": T("Of which year these data are."),
    "travel.speed_kmh": T(
        "Kilometres an hour, for ways without a row in the table of travel times."
    ),
    "travel.detour": T("Kilometres of road for each kilometre as the crow flies."),
    "office.cost": T("EUR a year for each municipality that seats a partnership."),
    "weights.cost": T("What one EUR of cost weighs."),
    "weights.travel": T("What an hour of travel weighs, in EUR."),
}
"""The other keys; those of services stand one below the other."""

SERVICE: Final = T("A service of the model library, one a row: {known}.")
MORE_SERVICES: Final = T("A further service; leave it empty if there is none.")
WEIGHT: Final = T("What one unit weighs, in EUR: {unit}.")


def rule(key: str, kind: type[Rule]) -> Text:
    """Return what a key of a rule means; of a plug-in's rule what that says itself."""
    return RULES.get(key) or Text("{text}", {"text": kind.summary})


def rules() -> Iterable[tuple[str, Text]]:
    """Yield the keys of all rules with what they mean: about partnerships, then about the plan."""
    for kind in (*PARTNERSHIP_RULES, *PLAN_RULES):
        for key in kind.keys():  # noqa: SIM118
            yield key, rule(key, kind)
