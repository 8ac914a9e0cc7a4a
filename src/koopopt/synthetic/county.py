"""Synthetic counties: instances of any size, whose sizes, distances and neighbours look real.

shape (places, areas, borders) → counties and identity areas → inhabitants → `Instance`
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final

from koopopt.case import resources
from koopopt.case.instance import Instance
from koopopt.checking.request import check_request, refuse
from koopopt.checking.typed import checked
from koopopt.reading.models import demand_models, library_forms, library_service
from koopopt.reading.settings import demand_name
from koopopt.synthetic.places import places
from koopopt.text import T

SERVICES: Final = ("water", "wastewater", "housing", "local-area")
LEGAL_FORMS: Final = "simple"
MUNICIPALITIES: Final = (2, 2000)
OFFICE_COST: Final = 40_000.0
RULES: Final[Mapping[str, Any]] = {"contiguous": True, "max_members": 6, "max_partner_seats": 3}


@checked
def generate(
    municipalities: int = 40,
    *,
    seed: int = 1,
    services: Sequence[str] = SERVICES,
    name: str | None = None,
    title: str | None = None,
) -> Instance:
    """Return a synthetic county: invented, with sizes, distances and neighbours as in real ones.

    The same arguments give the same instance on every machine. All municipalities are connected.
    Up to 233, as the largest German county has, are one county; more are parted into counties of
    about 40. As in reality, municipalities are the smaller the more a county has.

    Parameters
    ----------
    municipalities : int
        2 to 2,000.
    seed : int
        Any whole number from 0 on.
    services : sequence of str
        Services of the model library.
    name, title : str, optional
        Of the instance; by default they tell number and seed.

    Raises
    ------
    UsageError
        For numbers and names that cannot be meant.

    Examples
    --------
    >>> import koopopt
    >>> koopopt.generate(12, seed=3)
    <Instance 'synthetic-12-3': 12 municipalities, 4 services>
    """
    _demand(municipalities, seed, services, title)
    name = f"synthetic-{municipalities}-{seed}" if name is None else name
    demand_name(name)
    german, english = (f"{what} {municipalities}/{seed}" for what in
                       ("Synthetischer Landkreis", "Synthetic county"))  # fmt: skip
    made = places(int(municipalities), Random(int(seed)))
    return Instance(
        name=name,
        title={"de": german, "en": english} if title is None else {"de": title, "en": title},
        municipalities=made.municipalities,
        neighbours=made.neighbours,
        boundaries=made.boundaries,
        services=tuple(library_service(service) for service in services),
        legal_forms=library_forms(LEGAL_FORMS),
        rules=dict(RULES),
        weights={"cost": 1.0, "travel": 10.0},
        office_cost=OFFICE_COST,
        plugins=resources.packages(services, LEGAL_FORMS),
        sources=_sources(f"koopopt.generate({municipalities}, seed={seed})"),
    )


def _demand(municipalities: int, seed: int, services: Sequence[str], title: str | None) -> None:
    """Raise `UsageError` for what cannot be meant."""
    least, most = MUNICIPALITIES
    if not least <= municipalities <= most:
        refuse("municipalities", municipalities,
               T("between {least} and {most}", least=least, most=most))  # fmt: skip
    check_request(seed=seed)
    demand_models(services, resources.services())
    if not services or len(set(services)) < len(services):
        refuse("services", services, T("one service or more, each once"))
    if title is not None and not title.strip():
        refuse("title", title, T("a text that is not empty"))


def _sources(made: str) -> tuple[dict[str, str], ...]:
    return (
        {
            "what": "municipalities and neighbours: SYNTHETIC. No such place exists; sizes,"
            " distances and numbers of neighbours are drawn at random so as to be distributed"
            " as in German counties",
            "from": made,
            "licence": "none needed: invented",
        },
        {
            "what": "central places, identity areas, weights, rules, office.cost: ASSUMPTIONS",
            "from": made,
        },
    )
