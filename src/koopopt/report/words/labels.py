"""The page's own words: headings, labels, headers of tables; templates and script name them."""

from __future__ import annotations

from typing import Final

from koopopt.report.values import amounts
from koopopt.report.values.parameters import CONFIDENCE
from koopopt.text import T, Text

WORDS: Final[dict[str, Text]] = {
    # the page as a whole
    "language": T("Language"),
    "print": T("Print or save as PDF"),
    "skip": T("To the content"),
    "made": T("Report of {date}, made with koopopt {version}"),
    "no_script": T(
        "Maps, charts, tables and the choice of plans need JavaScript, which does not run here:"
        " open this file in a current browser. What stands below needs none."
    ),
    "no_chart": T("This chart cannot be drawn in this browser; words and tables say the same."),
    "broken": T("A part of this page could not be shown; open it in a current browser."),
    # the first screen
    "mine": T("My municipality"),
    "everyone_mine": T("All municipalities"),
    "to_mine": T("More about {town}"),
    "to_map": T("Back to the map"),
    "ends_cost": T("cheaper"),
    "ends_travel": T("shorter ways"),
    "ends_other": T("less: {criterion}"),
    "in_short": T("In short"),
    "mine_today": T("For {town} this plan {span} a year, against today."),
    "mine_alone": T("For {town} this plan {span} a year, against being alone."),
    "mine_range": T("Shared {key}; the less good figure holds if size brought no advantage."),
    "services_count": T("{count} services"),
    "mine_ways": T(
        "From there a trip to the seat takes {mean} minutes on average (today {now}),"
        " the longest {longest} (today {far})."
    ),
    "mine_ways_new": T(
        "From there a trip to the seat takes {mean} minutes on average, the longest {longest}."
    ),
    "mine_stays": T("It decides on every service alone."),
    "mine_pools": T("It pools {count} of {all} services: {services}."),
    "mine_pools_many": T("It pools {count} of {all} services."),
    "mine_gains": T("It pays less in: {less}. It pays more in: {more}."),
    "nothing": T("none"),
    "drives": T("What drives this plan"),
    "all_maps": T("Maps of all services"),
    "against_plan": T("against {plan}"),
    "more_by": T("{amount} more"),
    "less_by": T("{amount} less"),
    "in_plan": T("in {plan}"),
    "changes": T("against today"),
    "changes_alone": T("against alone"),
    "pays_key": T("pays a year ({key})"),
    "leaves_says": T("that {own} a year for itself, and {rest} for the others (offices apart)"),
    # the bar
    "plan": T("Plan"),
    "plan_of": T("Plan {number} of {count}"),
    "the_plan": T("the plan"),
    "previous": T("Previous plan"),
    "next": T("Next plan"),
    "service": T("Service"),
    # sections
    "plain": T("In plain words, for the council paper"),
    "plain_lead": T("What is said here is said of the plan chosen."),
    "proven": T("What was proven"),
    "tradeoffs": T("Trade-offs"),
    "tradeoffs_help": T(
        "Each point is a compromise between these criteria: {criteria}. No other plan that was"
        " found is better in all of them; other criteria are shown only. Lower left is better."
        " Click a point or use the slider: map, tables and words follow."
    ),
    "across": T("across"),
    "up": T("upwards"),
    "colour": T("colour"),
    "none": T("none"),
    "today": T("today"),
    "all_alone": T("all alone"),
    "alone_today": T("today: all alone"),
    "map": T("Map"),
    "map_help": T(
        "Municipalities of one partnership have one colour, grey ones stay alone. Squares are"
        " seats, lines lead to them."
    ),
    "map_today": T("Dashed: cooperations of today."),
    "map_schematic": T(
        "Schematic: the areas are cells around the main settlements, not boundaries."
    ),
    "chart_label": T("Chart of {count} plans: {x} and {y}. {plan}: {at_x} and {at_y}."),
    "map_label": T(
        "Map of {service} in {plan}: {count} partnership(s). The table below says the same."
    ),
    "asked": T("Questions and answers"),
    "asked_help": T("Worked out when this report was made. Open a question to see its answer."),
    "bars_open": T("Coloured is what is sure; what a grey line spans is possible, not proven."),
    "bars_label": T("{question} Bars of {count}: {axis}. The tables below say the same."),
    "heat_label": T("Matrix of pairs in {service}. The table below it says the same."),
    "partnerships": T("Partnerships"),
    "everyone_alone": T("Everyone stays alone."),
    "details": T("My municipality in this plan"),
    "details_help": T("Choose a municipality here, on the map or in a table."),
    "close": T("Close"),
    "matrix": T("Who with whom"),
    "matrix_help": T(
        "Each cell names the seat that serves the municipality; ■ marks the seat itself."
    ),
    "compare": T("Two plans side by side"),
    "compare_with": T("Compare with"),
    "differs": T("What differs"),
    "differs_count": T("{count} of {all} pairs of municipality and service differ."),
    "towns": T("What it means for each municipality"),
    "towns_help": T(
        "EUR a year, all services together. What is saved lies between what is modelled and what it"
        " would be if size brought no advantage. A key shares the whole cost of a partnership, not"
        " only what it saves. Minutes are of all trips to seats; those at home count as 0."
    ),
    "key": T("Costs shared"),
    "payments": T("Who pays what"),
    "payments_help": T(
        "EUR a year of each partnership, to the cent; below each table is who pays more than today"
        " and which members would pay less without the others. Today is what is paid today under"
        " the same key. The office of the seat is apart: it comes on top and enters no difference."
    ),
    "payments_plan": T(
        "Worked out for plan {number} only, with which this report begins, whatever plan is chosen"
        " above."
    ),
    "map_around": T("Shown is what is around {town}; “{all}” above leads back to the whole map."),
    "look_for": T("Look for"),
    "rows_shown": T("{shown} of {all} rows are shown."),
    "rows_found": T("{found} of {all} rows have it; {shown} of them are shown."),
    "rows_more": T("Show {count} more"),
    "payments_none": T("Nobody pools this service in that plan, so there is nothing to share."),
    "grant_of": T("Grant: {programme}"),
    "judged": T("Verdict"),
    "judged_by": T("Figures"),
    "pays": T("pays"),
    "of_office": T("of the office besides"),
    "to_alone": T("against alone, EUR a year"),
    "seat_of": T("Seat {seat}"),
    "heat": T("How often municipalities pool across the plans"),
    "heat_pooled": T("In which share of the efficient plans a municipality pools a service"),
    "heat_pairs": T("In which share of the efficient plans two pool {service}"),
    "heat_share": T("share of plans"),
    "heat_frequent": T("The most frequent pairs"),
    "sources": T("Sources, assumptions, methods"),
    "figures": T("Figures of the model"),
    "figures_help": T(
        "Numbers in brackets lead to the list of sources below. A dash: set by the instance or its"
        " author; no source given."
    ),
    "origins": T("Sources of the figures"),
    "data": T("Data"),
    "general": T("General"),
    "how": T("How it was computed"),
    "terms": T("Terms"),
    "cases": T("If assumptions fail"),
    "cases_help": T("Against all alone, in a year, everything else as modelled"),
    # table headers
    "criterion": T("Criterion"),
    "difference": T("against all alone, EUR a year"),
    "without": T("cost if size brought no advantage (EUR a year)"),
    "saving": T("a year against all alone, in 80 of 100 cases"),
    "municipality": T("Municipality"),
    "inhabitants": T("Inhabitants"),
    "cost_alone": T("alone"),
    "cost_plan": T("in the plan"),
    "per_head": T("the same, EUR per inhabitant"),
    "unsized": T("the same if size brought no advantage"),
    "against_today": T("against today, EUR a year"),
    "mean": T("minutes, mean"),
    "p95": T("95 % at most"),
    "longest": T("longest"),
    "above": T("over {limit} min"),
    "tasks": T("tasks pooled / kept"),
    "votes": T("votes"),
    "longest_way": T("longest minutes"),
    "everyone": T("All together"),
    "partner": T("with"),
    "seat": T("Seat"),
    "seat_here": T("seat"),
    "alone": T("alone"),
    "legal_form": T("Legal form"),
    "minutes": T("minutes"),
    "votes_of": T("{mine} of {all} votes"),
    "no_votes": T("no assembly"),
    "leaves": T("If it left"),
    "breaks": T("breaks a rule: {rule}"),
    "name": T("Figure"),
    "value": T("Value"),
    "unit": T("Unit"),
    "source": T("Source"),
    "confidence": T("Confidence"),
    "year": T("Year"),
    "licence": T("Licence"),
    "what": T("What"),
    "eur": T("EUR a year"),
    "term_efficient": T(
        "Efficient plan: no other plan is at least as good in every criterion examined and better"
        " in one, up to the resolution."
    ),
    "term_partnership": T(
        "Partnership: municipalities that provide one service together, with a seat and a legal"
        " form."
    ),
    "term_identity": T(
        "Identity: inhabitants served from elsewhere, counted twice across an old border, weighted"
        " by service."
    ),
    "term_proven": T("Proven is about the model: that nothing better exists within its rules."),
    **amounts.WORDS,
    **{f"sure_{key}": text for key, text in CONFIDENCE.items()},
}
