"""What accounts tell of a service, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from koopopt.calibrating.accounts import Account
from koopopt.calibrating.calibrate import LARGEST_ELASTICITY, WIDE, Calibration
from koopopt.calibrating.fit import CONFIDENCE_LEVEL, ROBUST_FROM, Fit
from koopopt.case.library import PowerCost, Said, TierCost
from koopopt.errors import some
from koopopt.language.inert import on_line
from koopopt.text import T, Text

DIGITS: Final = 4
"""Decimals of an elasticity."""
UNEVEN: Final = 0.05
"""From this probability down, spread that differs with size is told."""


def origin(found: Calibration) -> Text:
    """Return the file of the accounts, or that there was none."""
    return Text("{file}", {"file": on_line(found.source)}) if found.source else T("without a file")


def years_of(found: Calibration) -> Text:
    """Return the years of the accounts: one, from one to another, or that they are not said."""
    years = found.years
    if not years:
        return T("year not said")
    if len(years) == 1:
        return Text("{year}", {"year": on_line(years[0])})
    return T("{first} to {last}", first=on_line(years[0]), last=on_line(years[-1]))


def level_percent() -> int:
    """Return how often intervals hold what they should, in percent."""
    return round(100 * CONFIDENCE_LEVEL)


def significant(value: float) -> float | str:
    """Return a scale with as many digits as mean something."""
    short = f"{value:.{DIGITS}g}"
    return float(short) if value == 0 or 1e-4 <= value < 1e12 else short


def _earlier(said: Said) -> Text | Mapping[str, str]:
    """Return what the earlier model says of its source, with nothing in it that could harm."""
    if isinstance(said, str):
        return Text("{said}", {"said": on_line(said)}) if said else T("without a source")
    return {lang: on_line(text) for lang, text in said.items()}


def source(found: Calibration) -> Text:
    """Return what the new cost table says of its source."""
    count = len(found.accounts)
    told = {"count": count, "file": origin(found), "years": years_of(found)}
    if found.level_only is not None or found.fit is None:
        return T(
            "Level fitted to {count} account(s) of members ({file}; {years}): {factor} times the"
            " earlier model, whose shape is kept. {reason}{left} Earlier: {earlier}",
            factor=round(found.level.factor, 4), reason=found.level_only or "",
            earlier=_earlier(found.before.cost.source),
            left=_left_out(found), **told,
        )  # fmt: skip
    fit = found.fit
    low, high = fit.elasticity_interval
    least, most = fit.scale_interval
    return T(
        "Fitted to {count} accounts of members ({file}; {years}): least squares on logarithms,"
        " R² {r}. {level} % intervals: elasticity {low} to {high}, scale {least} to {most} (both"
        " belong together). Sizes {smallest} to {largest} {unit}.{left}",
        r=round(fit.r_squared, 3), level=level_percent(), low=round(low, DIGITS),
        high=round(high, DIGITS), least=significant(least), most=significant(most),
        smallest=round(min(_sizes(found))), largest=round(max(_sizes(found))),
        unit=on_line(found.service.demand.unit), left=_left_out(found), **told,
    )  # fmt: skip


def _left_out(found: Calibration) -> Text:
    if not found.left_out:
        return Text("")
    return T(" Left out: {names}.", names=_named(found, found.left_out))


def _named(found: Calibration, accounts: tuple[Account, ...]) -> Text:
    return some(on_line(found.names[account.municipality]) for account in accounts)


def _sizes(found: Calibration) -> list[float]:
    return [account.demand or 0.0 for account in found.accounts]


def verdict(found: Calibration) -> Text:
    """Return what the accounts say of size, in one sentence."""
    if found.level_only is not None or found.fit is None:
        return T(
            "The elasticity cannot be told from these accounts; only the level was fitted, and the"
            " shape of the model's curve kept. {reason}", reason=found.level_only or "",
        )  # fmt: skip
    low, high = found.fit.elasticity_interval
    if high < 1:
        return T(
            "Size is an advantage by these accounts: twice the demand costs {percent} % less a unit"
            " ({level} % interval: {least} to {most} %).",
            percent=_saved(found.fit.elasticity), level=level_percent(), least=_saved(high),
            most=_saved(low),
        )  # fmt: skip
    if low > 1:
        return T(
            "Size is a disadvantage by these accounts: twice the demand costs {percent} % more a"
            " unit ({level} % interval: {least} to {most} %).",
            percent=-_saved(found.fit.elasticity), level=level_percent(), least=-_saved(low),
            most=-_saved(high),
        )  # fmt: skip
    return T(
        "Whether size is an advantage cannot be told from these accounts: the {level} % interval of"
        " the elasticity, {low} to {high}, holds 1.",
        level=level_percent(), low=round(low, DIGITS), high=round(high, DIGITS),
    )  # fmt: skip


def _saved(elasticity: float) -> float:
    """Return by how many percent twice the demand is cheaper a unit."""
    return round(100 * (1 - 2 ** (elasticity - 1)), 1)


def remarks(found: Calibration) -> Iterator[Text]:
    """Yield what has to be known of the figures."""
    fit = found.fit if found.level_only is None else None
    yield from _outliers(found)
    if fit is not None:
        yield from _of_fit(found, fit)
    else:
        yield _of_level(found)
    yield from _of_curve(found)
    unit = found.service.demand.unit
    yield T(
        "The accounts reach from {smallest} to {largest} {unit}. What bodies beyond that"
        " cost is inferred, not observed.",
        smallest=round(min(_sizes(found))), largest=round(max(_sizes(found))), unit=unit,
    )  # fmt: skip
    yield T(
        "Accounts show how costs differ between municipalities of different size, not what a merger"
        " saves: where nets and buildings stay, so does most of their cost."
    )


def _outliers(found: Calibration) -> Iterator[Text]:
    if not found.outliers:
        return
    yield T(
        "Outliers: {names}. They are in the fit. Look at their accounts first; --without {ids}"
        " leaves them out.",
        names=_named(found, found.outliers),
        ids=",".join(a.municipality for a in (*found.left_out, *found.outliers)),
    )


def _of_fit(found: Calibration, fit: Fit) -> Iterator[Text]:
    yield (
        T("Least squares on logarithms; standard errors allow for unequal spread (HC3).")
        if fit.robust
        else T(
            "Least squares on logarithms; standard errors of the usual kind, since those that allow"
            " for unequal spread need {count} accounts.", count=ROBUST_FROM,
        )
    )  # fmt: skip
    yield T(
        "The scale holds the factor {factor} by which the mean of costs lies above the middle that"
        " logarithms give (smearing, Duan 1983: it presumes no distribution).",
        factor=round(fit.smearing, 4),
    )
    if fit.uneven < UNEVEN:
        yield T(
            "The accounts spread unequally over sizes (Breusch-Pagan test, p = {p}). Where small"
            " ones spread more, the mean cost may grow less with size than the line through the"
            " middle says.", p=round(fit.uneven, 3),
        )  # fmt: skip
    low, high = fit.elasticity_interval
    if fit.spread == 0.0:
        yield T(
            "All accounts lie exactly on a curve: they look computed, not kept. Intervals say"
            " nothing then."
        )
    elif high - low >= WIDE:
        yield T("The interval of the elasticity is wide: the figure counts as an assumption.")
    yield T("Elasticity and scale belong together: who changes one has to change the other.")
    yield from _of_range(found, fit)


def _of_range(found: Calibration, fit: Fit) -> Iterator[Text]:
    """Say what range the service file has, and where the interval was cut to what models take."""
    cost = found.service.cost
    if not isinstance(cost, PowerCost) or cost.elasticity_range is None:
        return
    least, most = cost.elasticity_range
    yield T(
        "The {level} % interval of the elasticity goes into the service file as its range"
        " (elasticity_range), {least} to {most}: `koopopt ranges` asks how a plan fares in it.",
        level=level_percent(), least=round(least, DIGITS), most=round(most, DIGITS),
    )  # fmt: skip
    low, high = fit.elasticity_interval
    if low <= 0 or high > LARGEST_ELASTICITY:
        yield T(
            "The interval itself, {low} to {high}, reaches beyond what models take: above 0 and at"
            " most {largest}. The range was cut there.",
            low=round(low, DIGITS), high=round(high, DIGITS), largest=LARGEST_ELASTICITY,
        )  # fmt: skip


def _of_level(found: Calibration) -> Text:
    level = found.level
    if level.interval is None:
        return T("The account is {factor} times what the model says; how sure that is, a single one"
                 " cannot tell.", factor=round(level.factor, DIGITS))  # fmt: skip
    low, high = level.interval
    return T(
        "The accounts are {factor} times what the model says, as a mean of all ({level} % interval"
        " {low} to {high}, from their logarithms).",
        factor=round(level.factor, DIGITS), level=level_percent(), low=round(low, DIGITS),
        high=round(high, DIGITS),
    )  # fmt: skip


def _of_curve(found: Calibration) -> Iterator[Text]:
    cost, new = found.before.cost, found.service.cost
    if isinstance(cost, TierCost):
        if isinstance(new, PowerCost):
            yield T("The model had tiers; the fitted curve takes their place.")
        return
    if cost.flat_above is None:
        return
    beyond = sum(size > cost.flat_above for size in _sizes(found))
    unit = found.service.demand.unit
    yield T(
        "From {flat} {unit} on the average cost stays constant, as the model had it"
        " (flat_above); {count} account(s) lie beyond, and count as costs of that average.",
        flat=round(cost.flat_above), unit=unit, count=beyond,
    ) if beyond else T(
        "From {flat} {unit} on the average cost stays constant, as the model had it"
        " (flat_above); no account reaches that, so it did not enter the fit.",
        flat=round(cost.flat_above), unit=unit,
    )  # fmt: skip


def usage(found: Calibration, file: str | None) -> Iterator[Text]:
    """Yield how the new curve is used; `file` is what was written, None where nothing was."""
    id_ = found.service.id
    if file is None:
        yield T("Nothing was written: give -o {file} for a service file of your own.",
                file=f"{id_}.toml")  # fmt: skip
        return
    yield T(
        "Use it: put {file} into the folder of the instance, and in instance.toml write {own} in"
        " place of {name}: services = [{own}, …].",
        file=file, own=f'"{id_}.toml"', name=f'"{id_}"',
    )  # fmt: skip
    yield T(
        "If instance.toml has a table [{table}], delete it: the file holds what it says, and it"
        " would win over the new figures.",
        table=f"service.{id_}.cost",
    )
