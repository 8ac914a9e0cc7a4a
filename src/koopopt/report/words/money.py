"""What a plan costs and saves, who wins and loses, how far the figures can be trusted."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from koopopt.report.values import figures, parameters, savings
from koopopt.report.values.amounts import change, each, rough
from koopopt.report.words.about import About, against, ends, in_sentence
from koopopt.text import T, Text


def money(about: About) -> Iterator[Text]:
    """Say what is paid and saved, never without the range."""
    heads = about.inhabitants or math.nan
    yield T(
        "All services together cost about {cost} EUR a year, {each} EUR per inhabitant;"
        " alone it would be about {alone} EUR.",
        cost=rough(about.plan.criteria["cost"]),
        each=round(about.plan.criteria["cost"] / heads, 0),
        alone=rough(about.decision.alone.criteria["cost"]),
    )
    if about.plan.plan.pooled:
        yield from _against_alone(about, heads)
    else:
        yield T("Nobody pools anything: everything costs what it costs alone.")
    if about.decision.from_today:
        yield _against_today(about)


def _against_today(about: About) -> Text:
    now = about.decision.today_saving
    if about.saving is not None and now is not None:
        return savings.against_today(about.saving.against(now))
    best, worst = against(about.what_if, about.decision.today_if)
    return T(
        "Against today's state the plan {best} a year as modelled; in the worst of the cases below"
        " it {worst} a year.",
        best=change(best),
        worst=change(worst),
    )


def _against_alone(about: About, heads: float) -> Iterator[Text]:
    """Say the saving against all alone, and how much of it are grants."""
    if about.saving is not None:
        yield savings.against_alone(about.saving)
        yield from savings.doubts(about.saving)
        granted = T(
            "This counts grants of about {grants} EUR a year, which end after some years.",
            grants=_grants(about),
        )
    else:
        best, worst = ends(about.what_if)
        yield T(
            "Against all alone the plan {best} a year as modelled (per inhabitant it {best_each});"
            " if size brought no advantage it {worst} a year (per inhabitant it {worst_each}).",
            best=change(best),
            best_each=each(best / heads),
            worst=change(worst),
            worst_each=each(worst / heads),
        )
        granted = T(
            "Both count grants of about {grants} EUR a year, which end after some years.",
            grants=_grants(about),
        )
    if _grants(about) is not None:
        yield granted


def _grants(about: About) -> float | None:
    """Return about how much of the saving are grants, EUR a year; None where there are none."""
    plan = {case.name: case.plan for case in about.what_if}
    return rough(plan["no-grants"] - plan["modelled"]) if "no-grants" in plan else None


def winners(about: About) -> Iterator[Text]:
    """Say who pays less and who more, by each key."""
    alone = about.figures.cost_alone.sum(axis=0)
    for key, title in figures.LEVY_KEYS.items():
        more = about.figures.cost[key].sum(axis=0) - alone
        cheaper, dearer = int((more < -0.5).sum()), int((more > 0.5).sum())
        losses = float(more[more > 0].sum())
        said = T("Shared {key}: paying less than alone: {cheaper}; paying more: {dearer}.",
                 key=title, cheaper=cheaper, dearer=dearer)  # fmt: skip
        if dearer:
            worst = about.name(int(np.argmax(more)))
            said = T(
                "{said} These pay about {losses} EUR a year more together, most {name}"
                " (about {most} EUR).",
                said=said, losses=rough(losses), name=worst, most=rough(float(more.max())),
            )  # fmt: skip
        yield said
    if not about.plan.plan.pooled:
        return
    heads = (about.figures.cost["demand"].sum(axis=0) - alone) / np.where(
        about.facts.population > 0, about.facts.population, np.nan
    )
    if np.isfinite(heads).any():
        low, high = int(np.nanargmin(heads)), int(np.nanargmax(heads))
        yield T(
            "Shared by demand the plan, per inhabitant and year, {low} in {best} and {high} in"
            " {worst}, as modelled.",
            low=each(float(heads[low])),
            best=about.name(low),
            high=each(float(heads[high])),
            worst=about.name(high),
        )
    without = about.figures.without_advantage["demand"].sum(axis=0) - alone
    yield T(
        "If size brought no advantage, {count} of {all} municipalities would pay more than alone"
        " (shared by demand).",
        count=int((without > 0.5).sum()),
        all=about.facts.n,
    )
    yield from _losers_against_today(about)
    yield T(
        "Where somebody pays more, an agreement on compensation is needed; what is fair is for"
        " the councils to decide."
    )


def _losers_against_today(about: About) -> Iterator[Text]:
    """Name who pays more than today, which all alone does not show."""
    if about.decision.today_is_alone or about.decision.today_figures is None:
        return
    now = about.decision.today_figures.cost["demand"].sum(axis=0)
    more = about.figures.cost["demand"].sum(axis=0) - now
    losers = np.flatnonzero(more > 0.5)
    if len(losers):
        named = [
            T(
                "{name} (about {more} EUR a year)",
                name=about.name(int(i)),
                more=rough(more[i]),
            )
            for i in losers[np.argsort(-more[losers], kind="stable")]
        ]
        yield T("Compared with today pay more, as modelled: {names}.", names=in_sentence(named))
    else:
        yield T("Compared with today nobody pays more, as modelled.")


def robust(about: About) -> Iterator[Text]:
    """Say what remains of the saving if assumptions fail."""
    if about.saving is not None:
        yield savings.against_alone(about.saving)
        yield from savings.doubts(about.saving)
        yield savings.drawn(about.decision.savings.sampling)
    for case in about.what_if:
        yield T(
            "{case}: against all alone the plan {difference} a year.",
            case=case.title,
            difference=change(case.plan - case.alone),
        )


def sources(about: About) -> Iterator[Text]:
    """Say how much rests on assumptions."""
    known = parameters.of_instance(about.facts.instance)
    assumed, count = parameters.assumptions(known)
    yield T(
        "{assumed} of {count} figures are assumptions; each stands with its source below."
        " Studies found savings mainly for small members, or none.",
        assumed=assumed,
        count=count,
    )
