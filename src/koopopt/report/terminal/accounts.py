"""A calibration for the terminal: the accounts beside the curve, what it is, and what to know."""

from __future__ import annotations

import numpy as np

from koopopt.calibrating.accounts import Account
from koopopt.calibrating.calibrate import Calibration
from koopopt.calibrating.fit import Fit
from koopopt.calibrating.words import level_percent, origin, remarks, significant, verdict, years_of
from koopopt.case.library import PowerCost
from koopopt.language.inert import on_line
from koopopt.report.terminal.page import Page
from koopopt.text import T, Text

DASH = "–"


def render(found: Calibration, page: Page) -> str:
    """Return the accounts, the figures and the sentences."""
    page.line(
        T("{service}: {count} account(s) ({file}; {years})",
          service=found.service.title, count=len(found.accounts), file=origin(found),
          years=years_of(found)),
        "bold",
    )  # fmt: skip
    page.gap()
    _accounts(found, page)
    page.gap()
    _figures(found, page)
    page.gap()
    page.line(verdict(found), "bold")
    for remark in remarks(found):
        page.line(Text("• {remark}", {"remark": remark}), indent=2)
    return page.text()


def _accounts(found: Calibration, page: Page) -> None:
    unit = on_line(found.service.demand.unit)
    page.table(
        [
            (T("Municipality"), "left"),
            (Text("{unit}", {"unit": unit}), "right"),
            (T("EUR a year"), "right"),
            (T("EUR per {unit}", unit=unit), "right"),
            (T("off the curve"), "right"),
            (T("Remark"), "left"),
        ],
        [
            *(_row(found, page, account, k) for k, account in enumerate(found.accounts)),
            *(_row(found, page, account, None) for account in found.left_out),
        ],
    )


def _row(found: Calibration, page: Page, account: Account, k: int | None) -> list[str]:
    demand = account.demand or 0.0
    curve = float(found.service.cost(np.array([demand]))[0])
    off = 100 * (account.cost / curve - 1)
    told = ""
    if k is None:
        told = page.words(T("left out"))
    elif found.influences and found.influences[k].outlier:
        how = found.influences[k]
        told = page.words(
            T("outlier (residual {t}, Cook {cook})",
              t=page.figure(how.studentised, 1), cook=page.figure(how.cook, 2))
        )  # fmt: skip
    return [
        on_line(found.names[account.municipality]),
        page.figure(demand),
        page.figure(account.cost),
        page.figure(account.cost / demand, 2),
        f"{page.figure(off, sign=True)} %",
        told,
    ]


def _figures(found: Calibration, page: Page) -> None:
    """Write the figures: fitted, with their intervals; as the model had them; without outliers."""
    again = found.without_outliers
    heads = [
        (T("Figure"), "left"),
        (T("now"), "right"),
        (T("{level} % interval", level=level_percent()), "right"),
        (T("model so far"), "right"),
    ]
    if again is not None:
        heads.append((T("without outliers"), "right"))
    rows = [*_curve_rows(found, page), *_level_rows(found, page)]
    page.table(heads, [row if again is not None else row[:4] for row in rows])


def _curve_rows(found: Calibration, page: Page) -> list[list[str]]:
    cost, before, again = found.service.cost, found.before.cost, found.without_outliers
    if not isinstance(cost, PowerCost):
        return []
    fit = found.fit if found.level_only is None else None
    old = before if isinstance(before, PowerCost) else None
    rows = [
        [
            page.words(T("elasticity")),
            page.figure(cost.elasticity, 4),
            DASH if fit is None else _interval(page, fit.elasticity_interval, 4),
            DASH if old is None else page.figure(old.elasticity, 4),
            DASH if again is None else page.figure(again.elasticity, 4),
        ],
        [
            page.words(T("scale (EUR a year)")),
            _scale(page, cost.scale),
            _scale_interval(found, fit, old, page),
            DASH if old is None else _scale(page, old.scale),
            DASH if again is None else _scale(page, again.scale),
        ],
    ]
    if fit is not None:
        rows.append([
            page.words(T("R²")), page.figure(fit.r_squared, 3), DASH, DASH,
            DASH if again is None else page.figure(again.r_squared, 3),
        ])  # fmt: skip
    return rows


def _scale_interval(found: Calibration, fit: Fit | None, old: PowerCost | None, page: Page) -> str:
    if fit is not None:
        low, high = fit.scale_interval
    elif found.level.interval is not None and old is not None:
        low, high = (old.scale * factor for factor in found.level.interval)
    else:
        return DASH
    return f"{_scale(page, low)} … {_scale(page, high)}"


def _scale(page: Page, value: float) -> str:
    return page.any_figure(significant(value))


def _level_rows(found: Calibration, page: Page) -> list[list[str]]:
    """Return the rows that any curve has: its height among the accounts, and the whole county."""
    middle = np.array([float(np.exp(np.mean([np.log(a.demand or 1.0) for a in found.accounts])))])
    band, at = found.band(middle), round(float(middle[0]))
    again, unit = found.without_outliers, on_line(found.service.demand.unit)
    return [
        [
            page.words(T("EUR a year at {demand} {unit}", demand=at, unit=unit)),
            page.figure(float(found.service.cost(middle)[0])),
            DASH if band is None else _interval(page, (float(band[0][0]), float(band[1][0])), 0),
            page.figure(float(found.before.cost(middle)[0])),
            DASH if again is None else page.figure(float(again.mean(middle)[0])),
        ],
        [
            page.words(T("all alone, whole instance (EUR a year)")),
            page.figure(found.alone[1]), DASH, page.figure(found.alone[0]), DASH,
        ],
    ]  # fmt: skip


def _interval(page: Page, interval: tuple[float, float], digits: int) -> str:
    low, high = interval
    return f"{page.figure(low, digits)} … {page.figure(high, digits)}"
