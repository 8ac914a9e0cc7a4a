"""What statutes say of a levy, as blocks: a draft in German, with the figures of the last year.

Statutes of municipal partnerships in Germany are German whatever the reader speaks, and their
wording is law's, not the program's: these sentences are no messages and have no translation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from koopopt.games.game import MOST_PLAYERS
from koopopt.grants.criteria import money, percent
from koopopt.report.values.blocks import BULLET, Block, Grid, Heading, Money, Sentence, Words
from koopopt.report.values.payments import Shared
from koopopt.sharing.levies import Levy, levies
from koopopt.text import Text, listed


def _said(template: str, /, **values: object) -> Text:
    """Return a German sentence; see above for why it is not marked for translation."""
    return Text(template, values)


@dataclass(frozen=True, slots=True)
class _Measure:
    """How statutes speak of a measure.

    `how` follows "Die Umlage wird"; `share` is a member's share of it, in words and in symbols;
    `legend` says what the symbols mean, `rule` where the figures are from.
    """

    how: str
    words: str
    symbols: str
    legend: str
    rule: str
    heading: str = ""


_MEASURES: Final[Mapping[str, _Measure]] = {
    "population": _Measure(
        "nach dem Verhältnis der Einwohnerzahlen der Mitglieder bemessen",
        "Einwohnerzahl des Mitglieds ÷ Summe der Einwohnerzahlen aller Mitglieder",
        "E_i / (E_1 + … + E_n)",
        "E_i die Einwohnerzahl des Mitglieds i",
        "Maßgeblich sind die vom Statistischen Landesamt zum [Stichtag] festgestellten"
        " Einwohnerzahlen.",
        "Einwohner",
    ),
    "demand": _Measure(
        "nach dem Verhältnis des Bedarfs der Mitglieder bemessen",
        "Bedarf des Mitglieds ÷ Summe des Bedarfs aller Mitglieder",
        "B_i / (B_1 + … + B_n)",
        "B_i der Bedarf des Mitglieds i",
        "Der Bedarf wird in der Einheit {unit} gemessen; maßgeblich ist der Bedarf des letzten"
        " abgerechneten Kalenderjahres.",
        "Bedarf ({unit})",
    ),
    "equal": _Measure(
        "zu gleichen Teilen auf die Mitglieder verteilt",
        "1 ÷ Zahl der Mitglieder",
        "1 / n",
        "n die Zahl der Mitglieder",
        "",
    ),
    "alone": _Measure(
        "nach dem Verhältnis der Kosten bemessen, die jedes Mitglied hätte, wenn es die Aufgabe"
        " allein erfüllte (Kosten allein)",
        "Kosten allein des Mitglieds ÷ Summe der Kosten allein aller Mitglieder",
        "K_i / (K_1 + … + K_n)",
        "K_i die Kosten allein des Mitglieds i",
        "Maßgeblich sind die in der Anlage festgestellten Kosten allein; sie werden alle [Zahl]"
        " Jahre neu festgestellt.",
        "Kosten allein (EUR)",
    ),
    "weight": _Measure(
        "nach dem Verhältnis der in der Anlage festgesetzten Gewichte der Mitglieder bemessen",
        "Gewicht des Mitglieds ÷ Summe der Gewichte aller Mitglieder",
        "G_i / (G_1 + … + G_n)",
        "G_i das Gewicht des Mitglieds i",
        "",
        "Gewicht",
    ),
}
_VALUES: Final[Mapping[str, str]] = {
    "scrb": "den trennbaren Kosten und dem verbleibenden Nutzen (SCRB)",
    "shapley": "dem Shapley-Wert",
    "nucleolus": "dem Nukleolus",
}
_UNITS: Final = {
    "inhabitants": "Einwohner", "dwellings": "Wohnungen", "employees": "Beschäftigte", "m3": "m³",
}  # fmt: skip
"""Units of the shipped services in German; others stand as the service's model has them."""
_LETTERS: Final = "AB"


def blocks(s: Shared) -> Iterator[Block]:
    """Yield a draft for each partnership of a plan that is shared by one key."""
    (key,) = s.keys
    yield Heading(_said("Umlage nach dem Schlüssel „{key}“", key=key.title), 1)
    yield Sentence(
        _said("Entwurf, keine Rechtsberatung: Vor jedem Beschluss ist er anwaltlich und mit der"
              " Aufsichtsbehörde zu prüfen. Was in eckigen Klammern steht, ist auszufüllen.")
    )  # fmt: skip
    yield Sentence(
        _said("Bei einer öffentlich-rechtlichen Vereinbarung tritt an die Stelle des Verbands die"
              " Gemeinde, die die Aufgabe erfüllt, und an die Stelle der Umlage die"
              " Kostenerstattung.")
    )  # fmt: skip
    if s.broken is not None:
        yield Sentence(s.broken)
    if not s.found:
        yield Sentence(_said("Niemand erfüllt etwas gemeinsam; es gibt nichts umzulegen."))
        return
    for levy in levies(s.problem, s.found, key):
        yield from _draft(s, levy)
    yield from _sources(s)


def _draft(s: Shared, levy: Levy) -> Iterator[Block]:
    a = levy.allocation
    p, form = a.partnership, s.problem.facts.form(a.partnership)
    yield Heading(_said("{service}, Sitz {seat}", service=s.title(a), seat=s.town(p.seat)), 2)
    yield Sentence(
        _said("Rechtsform: {form}. Mitglieder: {names}.",
              form=p.legal_form if form is None else form.title,
              names=listed(map(s.town, a.members)))
    )  # fmt: skip
    if levy.cents is None:
        yield Sentence(
            _said("Bei mehr als {most} Mitgliedern kann dieser Schlüssel nicht ausgerechnet"
                  " werden.", most=MOST_PLAYERS)
        )  # fmt: skip
        return
    if a.cost <= 0:
        yield Sentence(
            _said("Nach dem Modell decken Zuschüsse die Kosten der Aufgabe; umzulegen ist nichts.")
        )
        if levy.hundredths is None:
            return
    if not levy.parts:
        yield Sentence(
            _said("Hinweis: Dieser Schlüssel braucht die Tabelle der Kosten, die jede Gruppe von"
                  " Mitgliedern ohne die anderen hätte. Er lässt sich nicht jährlich aus amtlichen"
                  " Zahlen fortschreiben; deshalb stehen hier feste Vomhundertsätze für eine"
                  " Laufzeit.")
        )  # fmt: skip
    yield Heading(_said("§ [x] Verbandsumlage"), 3)
    for number, text in enumerate(_paragraphs(s, levy), 1):
        yield Sentence(_said("({number}) {text}", number=number, text=text))
    yield from _annex(s, levy)


def _paragraphs(s: Shared, levy: Levy) -> Iterator[Text]:
    yield _said("Der Verband erhebt von seinen Mitgliedern eine Umlage, soweit seine sonstigen"
                " Erträge und Einzahlungen nicht ausreichen, um seinen Finanzbedarf zu"
                " decken.")  # fmt: skip
    yield from _by_measures(s, levy) if levy.parts else _by_percentages(s, levy)
    yield _said("Jeder Anteil wird auf volle Cent abgerundet. Die Cent, die danach zur Umlage"
                " fehlen, tragen zu je einem Cent die Mitglieder mit den größten abgerundeten"
                " Bruchteilen, bei gleichen Bruchteilen in der Reihenfolge der Tabelle in der"
                " Anlage.")  # fmt: skip
    yield _said("Die Umlage wird für jedes Haushaltsjahr in der Haushaltssatzung festgesetzt. Die"
                " Anteile sind zum [Datum] fällig.")  # fmt: skip


def _by_measures(s: Shared, levy: Levy) -> Iterator[Text]:
    """Say by what is shared, and how: a formula in words, then in symbols."""
    measures = [_MEASURES[part.by] for part in levy.parts]
    rules = [_said(m.rule, unit=_unit(s, levy)) for m in dict.fromkeys(measures) if m.rule]
    if len(levy.parts) == 1:
        m = measures[0]
        yield _sentences(_said("Die Umlage wird {how}.", how=m.how), *rules)
        yield _said("Anteil eines Mitglieds = Umlage × {words}; in Zeichen: U_i = U · {symbols}."
                    " {legend}",
                    words=m.words, symbols=m.symbols, legend=_legend(measures))  # fmt: skip
    else:
        yield _sentences(
            _said("Die Umlage besteht aus zwei Teilen."),
            *(_said("Teil {letter}, {percent} vom Hundert der Umlage, wird {how}.", letter=letter,
                    percent=part.percent, how=m.how)
              for letter, part, m in zip(_LETTERS, levy.parts, measures, strict=False)),
            *rules,
        )  # fmt: skip
        one, two = (
            _said("{percent} / 100 × {words}", percent=part.percent, words=m.words)
            for part, m in zip(levy.parts, measures, strict=True)
        )
        first, second = (
            _said("{percent}/100 · {symbols}", percent=part.percent, symbols=m.symbols)
            for part, m in zip(levy.parts, measures, strict=True)
        )
        yield _said("Anteil eines Mitglieds = Umlage × ({one} + {two}); in Zeichen: U_i = U ·"
                    " ({first} + {second}). {legend} Gerundet wird erst die Summe beider Teile.",
                    one=one, two=two,
                    first=first, second=second, legend=_legend(measures))  # fmt: skip
    if any(part.by != "equal" for part in levy.parts):
        yield _said("Ist das, wonach bemessen wird, bei allen Mitgliedern null, so wird zu gleichen"
                    " Teilen verteilt.")  # fmt: skip


def _legend(measures: Sequence[_Measure]) -> str:
    """Say what the symbols of a formula mean."""
    legends = dict.fromkeys(m.legend for m in measures)
    *others, last = ("U die Umlage", "U_i der Anteil des Mitglieds i", *legends)
    return f"Darin ist {', '.join(others)} und {last}."


def _by_percentages(s: Shared, levy: Levy) -> Iterator[Text]:
    shares = [
        _said("{name} {share} vom Hundert", name=s.town(id_), share=_percent(levy.hundredths, k))
        for k, id_ in enumerate(levy.allocation.members)
    ]
    yield _said("Die Umlage wird nach festen Vomhundertsätzen auf die Mitglieder verteilt:"
                " {shares}.", shares=listed(shares))  # fmt: skip
    yield _said("Anteil eines Mitglieds = Umlage × Vomhundertsatz des Mitglieds ÷ 100; in Zeichen:"
                " U_i = U · p_i / 100. Darin ist U die Umlage, U_i der Anteil und p_i der"
                " Vomhundertsatz des Mitglieds i.")  # fmt: skip
    yield _said("Die Vomhundertsätze folgen {value} der Kosten, die die Mitglieder einzeln und in"
                " jeder Gruppe ohne die anderen hätten (Tabelle der Kosten allein, [Anlage]). Sie"
                " gelten für [Zahl] Jahre und werden danach auf Grund einer neuen Tabelle neu"
                " festgesetzt.", value=_VALUES[levy.key.rest_by])  # fmt: skip


def _annex(s: Shared, levy: Levy) -> Iterator[Block]:
    """Yield the figures, as they are known last."""
    a = levy.allocation
    yield Heading(_said("Anlage zu § [x]: Berechnung mit den zuletzt bekannten Zahlen"), 3)
    yield Sentence(
        _said("Umlage nach dem Modell: {cost} EUR im Jahr. Der Anteil an der Geschäftsstelle am"
              " Sitz, {office} EUR im Jahr, wird {how} verteilt und für sich gerundet.",
              cost=money(a.cost), office=money(a.office),
              how="nach demselben Schlüssel" if levy.parts else "im Verhältnis der Beträge")
    )  # fmt: skip
    yield Grid(tuple(_headings(s, levy)), tuple(_rows(s, levy)))
    for part in levy.parts:
        if part.nothing:
            name = _said(_MEASURES[part.by].heading, unit=_unit(s, levy))
            yield Sentence(_said("{name}: bei allen Mitgliedern 0, daher zu gleichen Teilen.",
                                 name=name))  # fmt: skip
    yield Sentence(
        _said("Vomhundertsätze sind auf zwei Stellen gerundet, die fehlenden Hundertstel wie"
              " Cent verteilt, so dass sie 100 ergeben. Die Beträge folgen dem genauen Schlüssel.")
        if levy.parts
        else _said("Vomhundertsätze sind auf zwei Stellen gerundet, die fehlenden Hundertstel wie"
                   " Cent verteilt, so dass sie 100 ergeben. Die Beträge folgen dem genauen"
                   " Schlüssel; nach den gerundeten Sätzen weichen sie um weniger als ein"
                   " Zehntausendstel der Umlage ab.")
    )  # fmt: skip


def _headings(s: Shared, levy: Levy) -> Iterator[Text]:
    yield _said("Mitglied")
    for letter, part in zip(_LETTERS, levy.parts, strict=False):
        if heading := _MEASURES[part.by].heading:
            yield _said(heading, unit=_unit(s, levy))
        if len(levy.parts) > 1:
            yield _said("Teil {letter} in %", letter=letter)
    yield _said("Anteil in %")
    yield _said("Umlage (EUR)")
    yield _said("Geschäftsstelle (EUR)")
    yield _said("zusammen (EUR)")


def _rows(s: Shared, levy: Levy) -> Iterator[tuple[Words | Money, ...]]:
    everybody = range(len(levy.allocation.members))
    for k, id_ in enumerate(levy.allocation.members):
        yield (s.town(id_), *_cells(levy, [k]))
    yield (_said("Summe"), *_cells(levy, everybody))


def _cells(levy: Levy, who: Sequence[int]) -> Iterator[Words | Money]:
    """Yield what some members have together."""
    assert levy.cents is not None
    assert levy.office is not None
    for part in levy.parts:
        whole = sum((part.measure[k] for k in who), Fraction(0))
        if _MEASURES[part.by].heading:
            yield Money(int(whole)) if part.by == "alone" else _figure(whole)
        if len(levy.parts) > 1:
            yield _percent(part.hundredths, *who)
    yield _percent(levy.hundredths, *who)
    cents, office = (sum(of[k] for k in who) for of in (levy.cents, levy.office))
    yield from map(Money, (cents, office, cents + office))


def _percent(hundredths: Sequence[int] | None, *who: int) -> Words:
    if hundredths is None:
        return percent(None)
    return percent(Fraction(sum(hundredths[k] for k in who), 100))


def _figure(value: Fraction) -> Text:
    exact = int(value) if value.denominator == 1 else float(value)
    return Text("{value}", {"value": exact})


def _unit(s: Shared, levy: Levy) -> str:
    facts = s.problem.facts
    unit = facts.services[facts.service_index[levy.allocation.partnership.service]].demand.unit
    return _UNITS.get(unit, unit)


def _sentences(*parts: Text) -> Text:
    named = {f"part{k}": part for k, part in enumerate(parts)}
    return Text(" ".join(f"{{{name}}}" for name in named), named)


def _sources(s: Shared) -> Iterator[Block]:
    instance = s.problem.instance
    yield Heading(_said("Herkunft der Zahlen"), 2)
    yield Sentence(
        _said("Instanz: {title} ({name}). Alle Beträge sind Schätzungen eines Modells, keine"
              " Zusagen.", title=instance.title or instance.name, name=instance.name)
    )  # fmt: skip
    for source in instance.sources:
        said = _said(
            "{what}: {origin}", what=source.get("what", "–"), origin=source.get("from", "–")
        )
        if "year" in source:
            said = _said("{said} ({year})", said=said, year=str(source["year"]))
        yield Sentence(said, BULLET)
