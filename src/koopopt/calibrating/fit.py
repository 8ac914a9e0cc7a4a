"""The curve C = scale · D^elasticity through accounts: least squares on logarithms.

The line is fitted by statsmodels. What stands here besides is how costs come back from their
logarithms, and how sure all of it is.

A line through logarithms runs through the middle of the costs, and their mean lies above it, since
errors multiply. The smearing factor (Duan 1983), the mean of exp(residual), brings it back: it
presumes no distribution, where the factor of the lognormal one, exp(s²/2), would be wrong with
every account that is not. It is part of `scale`, so that costs add up over many bodies.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from koopopt.errors import UsageError
from koopopt.linear import Floats
from koopopt.text import T

CONFIDENCE_LEVEL: Final = 0.90
"""How often intervals hold what they should."""
ROBUST_FROM: Final = 8
"""So many accounts are needed for standard errors that allow for unequal spread (HC3): with fewer
they are half as wide again as they should be, and the usual ones hold as often as they say."""
OUTLIER_LEVEL: Final = 0.05
"""How often somebody is called an outlier where nobody is one (Bonferroni)."""
EXACT: Final = 1e-9
"""A relative spread that is nothing but rounding."""

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Fit:
    """A curve through accounts.

    Attributes
    ----------
    accounts : int
    elasticity : float
    elasticity_interval : (float, float)
        In which the true one lies, at `CONFIDENCE_LEVEL`.
    scale : float
        EUR a year of a demand of 1, as a mean: `smearing` is in it.
    scale_interval : (float, float)
        Far from any account, so wide; it belongs to the elasticity, and means little alone.
    smearing : float
        Mean cost over the middle one.
    spread : float
        Standard deviation of the logarithms around the line.
    r_squared : float
        Share of the variance of logarithms that the line explains.
    robust : bool
        Whether standard errors allow for unequal spread (HC3).
    uneven : float
        How probable it is that spread differs with size as much by chance (Breusch-Pagan).
    flat_above : float or None
        Units a year from which on the average cost is constant, as the model had it.
    centre : float
        Mean of the logarithms of demand.
    covariance : three floats
        Of the line at the centre: variance of its height, covariance, variance of its slope.
    quantile : float
        Of the t distribution, for the intervals.
    """

    accounts: int
    elasticity: float
    elasticity_interval: Interval
    scale: float
    scale_interval: Interval
    smearing: float
    spread: float
    r_squared: float
    robust: bool
    uneven: float
    flat_above: float | None
    centre: float
    covariance: tuple[float, float, float]
    quantile: float

    def mean(self, demand: Floats) -> Floats:
        """Return the mean cost of each demand, EUR a year."""
        x, shift = flattened(demand, self.flat_above)
        return np.asarray(self.scale * np.exp(self.elasticity * x + shift))

    def band(self, demand: Floats) -> tuple[Floats, Floats]:
        """Return the least and the largest that the mean cost of each demand may be."""
        x, _ = flattened(demand, self.flat_above)
        height, both, slope = self.covariance
        away = x - self.centre
        line = height + 2 * away * both + away**2 * slope
        half = self.quantile * np.sqrt(np.maximum(line + self._of_smearing(), 0.0))
        mean = self.mean(demand)
        return mean * np.exp(-half), mean * np.exp(half)

    def _of_smearing(self) -> float:
        """Return the variance of the logarithm of the factor, as it is of lognormal costs."""
        return float(self.spread**4 / (2 * max(self.accounts - 2, 1)))


@dataclass(frozen=True, slots=True)
class Influence:
    """How an account lies to the curve of all.

    Attributes
    ----------
    off : float
        Its cost over that of the curve, less 1.
    studentised : float
        Its residual in standard deviations of a line without it.
    cook : float
        Cook's distance: how far the curve moves without it.
    leverage : float
    outlier : bool
        Whether the residual is larger than chance makes it (Bonferroni), or the curve leaves its
        own interval without the account.
    """

    off: float
    studentised: float
    cook: float
    leverage: float
    outlier: bool


def flattened(demand: Floats, flat_above: float | None) -> tuple[Floats, Floats]:
    """Return logarithms of demand up to where the average cost is constant, and what is beyond."""
    x = np.log(np.asarray(demand, float))
    if flat_above is None:
        return x, np.zeros_like(x)
    capped = np.minimum(x, math.log(flat_above))
    return capped, x - capped


def fit(demand: Floats, cost: Floats, flat_above: float | None = None) -> Fit:
    """Return the curve through accounts of these demands and costs.

    Raises
    ------
    UsageError
        Where the extra ``accounts`` is not installed.
    """
    results, x = _line(demand, cost, flat_above)
    n, robust = len(x), len(x) >= ROBUST_FROM
    residuals = np.asarray(results.resid)
    spread = _spread(results)
    told = results.get_robustcov_results("HC3", use_t=True) if robust and spread else results
    covariance = np.asarray(told.cov_params()) if spread else np.zeros((2, 2))
    smearing = float(np.exp(residuals).mean())
    middle, elasticity = map(float, results.params)
    centre, quantile = float(x.mean()), t_quantile(n - 2)
    half = quantile * math.sqrt(covariance[1, 1])
    made = Fit(
        accounts=n,
        elasticity=elasticity,
        elasticity_interval=(elasticity - half, elasticity + half),
        scale=_raised(middle - elasticity * centre, smearing),
        scale_interval=(0.0, 0.0),
        smearing=smearing,
        spread=spread,
        r_squared=float(results.rsquared),
        robust=robust,
        uneven=_uneven(results) if spread else 1.0,
        flat_above=flat_above,
        centre=centre,
        covariance=(float(covariance[0, 0]), float(covariance[0, 1]), float(covariance[1, 1])),
        quantile=quantile,
    )
    return _with_scale_interval(made)


def influences(
    demand: Floats, cost: Floats, flat_above: float | None = None
) -> tuple[Influence, ...]:
    """Return for each account how it lies to the curve of all."""
    results, _ = _line(demand, cost, flat_above)
    residuals, n = np.asarray(results.resid), len(results.resid)
    if not _spread(results):
        return tuple(Influence(0.0, 0.0, 0.0, 0.0, False) for _ in residuals)
    with np.errstate(divide="ignore", invalid="ignore"):  # all others may lie on a line
        found = results.get_influence()
        leverage = np.asarray(found.hat_matrix_diag)
        studentised = np.asarray(found.resid_studentized_external)
        cook = np.asarray(found.cooks_distance[0])
    limit, moved = t_quantile(n - 3, 1 - OUTLIER_LEVEL / n), _cook_limit(n)
    smearing = float(np.exp(residuals).mean())
    return tuple(
        Influence(
            off=math.exp(float(r)) / smearing - 1,
            studentised=float(t),
            cook=float(c),
            leverage=float(h),
            outlier=bool(abs(t) > limit or c > moved),
        )
        for r, t, c, h in zip(residuals, studentised, cook, leverage, strict=True)
    )


def _cook_limit(accounts: int) -> float:
    """Return Cook's distance of an account without which the curve leaves its own interval.

    With few accounts the usual limit of 1 would name one in every second harmless table.
    """
    from scipy import stats

    return float(stats.f.ppf(CONFIDENCE_LEVEL, 2, accounts - 2))


def t_quantile(degrees: int, level: float = CONFIDENCE_LEVEL) -> float:
    """Return how many standard errors an interval of this level reaches to either side."""
    from scipy import stats

    return float(stats.t.ppf((1 + level) / 2, max(degrees, 1)))


def _line(demand: Floats, cost: Floats, flat_above: float | None) -> tuple[Any, Floats]:
    """Return the least squares line, around the mean of x for the sake of digits, and x."""
    models = statsmodels()
    x, shift = flattened(demand, flat_above)
    y = np.log(np.asarray(cost, float)) - shift
    columns = np.column_stack([np.ones_like(x), x - x.mean()])
    return models.OLS(y, columns).fit(), x


def _spread(results: Any) -> float:
    """Return the standard deviation around the line; 0 where it is nothing but rounding."""
    spread = math.sqrt(float(results.mse_resid))
    return 0.0 if spread < EXACT else spread


def _uneven(results: Any) -> float:
    """Return the p value of the test of Breusch and Pagan, as Koenker has it."""
    from scipy import stats

    squares = np.asarray(results.resid) ** 2
    away = np.asarray(results.model.exog)[:, 1]
    if not squares.std() or not away.std():
        return 1.0
    explained = float(np.corrcoef(squares, away)[0, 1]) ** 2
    return float(stats.chi2.sf(len(squares) * explained, 1))


def _raised(logarithm: float, factor: float) -> float:
    """Return factor · exp(logarithm); infinite where that is too much for a number."""
    try:
        return factor * math.exp(logarithm)
    except OverflowError:
        return math.inf


def _with_scale_interval(made: Fit) -> Fit:
    """Return the fit with the interval of its scale: the mean cost of a demand of 1."""
    from dataclasses import replace

    low, high = made.band(np.ones(1))
    return replace(made, scale_interval=(float(low[0]), float(high[0])))


def statsmodels() -> Any:
    """Return the library of statistical models; raise `UsageError` where it is not installed."""
    try:
        from statsmodels.regression import linear_model
    except ModuleNotFoundError:
        raise UsageError(
            T("Fitting to accounts needs the extra 'accounts': pip install {what}.",
              what='"koopopt[accounts]"')
        ) from None  # fmt: skip
    return linear_model


def widest(values: Sequence[float]) -> float:
    """Return by which factor sizes differ, without the smallest and without the largest one.

    It is the smaller of the two: an elasticity should not rest on a single account.
    """
    ordered = sorted(values)
    if len(ordered) < 3:
        return 1.0
    return min(ordered[-2] / ordered[0], ordered[-1] / ordered[1])
