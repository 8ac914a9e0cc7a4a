"""The curve through accounts: against published values, by hand, and how often intervals hold."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

from calibrating.simulated import ELASTICITY, SCALE, mean_factor, samples
from koopopt.calibrating.fit import ROBUST_FROM, Fit, fit, influences, t_quantile, widest
from koopopt.errors import UsageError

# NIST, Statistical Reference Datasets: Norris, linear regression, certified values.
NORRIS_X = [
    0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4, 0.6, 775.5,
    666.9, 338.0, 447.5, 11.6, 556.0, 228.1, 995.8, 887.6, 120.2, 0.3, 0.3, 556.8, 339.1, 887.2,
    999.0, 779.0, 11.1, 118.3, 229.2, 669.1, 448.9, 0.5,
]  # fmt: skip
NORRIS_Y = [
    0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1, 778.1,
    668.8, 339.3, 448.9, 10.8, 557.7, 228.3, 998.0, 888.8, 119.6, 0.3, 0.6, 557.6, 339.3, 888.0,
    998.5, 778.9, 10.2, 117.6, 228.9, 668.4, 449.2, 0.2,
]  # fmt: skip
# Anscombe (1973): four tables of one regression; in the third one point is an outlier.
ANSCOMBE_X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
ANSCOMBE_1 = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
ANSCOMBE_3 = [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73]


def through(x: list[float], y: list[float]) -> Fit:
    """Return the fit whose logarithms are these."""
    return fit(np.exp(np.array(x)), np.exp(np.array(y)))


def test_certified_values_of_a_linear_regression() -> None:
    found = through([x / 100 for x in NORRIS_X], [y / 100 for y in NORRIS_Y])
    assert found.elasticity == pytest.approx(1.00211681802045, rel=1e-11)
    intercept = math.log(found.scale / found.smearing)
    assert intercept == pytest.approx(-0.262323073774029 / 100, rel=1e-8)
    assert found.r_squared == pytest.approx(0.999993745883712, rel=1e-11)
    assert found.spread == pytest.approx(0.884796396144373 / 100, rel=1e-9)


def test_published_values_of_a_regression_with_few_points() -> None:
    found = through(ANSCOMBE_X, ANSCOMBE_1)
    assert found.elasticity == pytest.approx(0.5001, abs=5e-5)
    assert math.log(found.scale / found.smearing) == pytest.approx(3.0001, abs=5e-5)
    assert found.r_squared == pytest.approx(0.6665, abs=5e-5)
    assert found.spread == pytest.approx(1.237, abs=5e-4)
    # With seven points the standard errors are the usual ones, here by their formula.
    few = through(ANSCOMBE_X[:7], ANSCOMBE_1[:7])
    x = np.array(ANSCOMBE_X[:7], float)
    half = t_quantile(5) * few.spread / math.sqrt(((x - x.mean()) ** 2).sum())
    assert not few.robust
    assert few.elasticity_interval[1] - few.elasticity == pytest.approx(half)
    assert t_quantile(5) == pytest.approx(2.015, abs=5e-4)


def test_unequal_spread_is_allowed_for() -> None:
    """HC3 by its formula: residuals over one less the leverage, squared, between the inverses."""
    found = through(ANSCOMBE_X, ANSCOMBE_1)
    x, y = np.array(ANSCOMBE_X, float), np.array(ANSCOMBE_1)
    columns = np.column_stack([np.ones_like(x), x])
    inverse = np.linalg.inv(columns.T @ columns)
    residuals = y - columns @ (inverse @ columns.T @ y)
    leverage = np.einsum("ij,jk,ik->i", columns, inverse, columns)
    weights = (residuals / (1 - leverage)) ** 2
    covariance = inverse @ (columns.T * weights) @ columns @ inverse
    assert found.robust
    half = t_quantile(9) * math.sqrt(covariance[1, 1])
    assert found.elasticity_interval[1] - found.elasticity == pytest.approx(half)
    assert found.smearing == pytest.approx(np.exp(residuals).mean())


def test_spread_that_differs_with_size_is_found() -> None:
    x = np.linspace(10, 13, 30)
    error = np.where(np.arange(30) % 2, 0.2, -0.2)
    assert fit(np.exp(x), np.exp(0.9 * x + error)).uneven > 0.5
    assert fit(np.exp(x), np.exp(0.9 * x + error * (13.5 - x))).uneven < 0.01


@pytest.mark.parametrize("spread", [0.05, 0.2, 0.5])
@pytest.mark.parametrize("accounts", [5, 8, 16, 40])
def test_intervals_hold_the_truth_nine_times_in_ten(accounts: int, spread: float) -> None:
    _hold(accounts, spread, "even", sizes=(2e5, 1.6e6))


@pytest.mark.parametrize(
    ("accounts", "spread", "kind"),
    [(8, 0.2, "ends"), (16, 0.2, "ends"), (16, 0.2, "small"), (40, 0.2, "small")],
)
def test_they_do_where_spread_differs_with_size(accounts: int, spread: float, kind: str) -> None:
    _hold(accounts, spread, kind)


def test_they_do_where_costs_are_not_lognormal() -> None:
    _hold(16, 0.4, "skewed", sizes=(2e5, 1.6e6))


def _hold(accounts: int, spread: float, kind: str, sizes: tuple[float, ...] = ()) -> None:
    """Hold intervals of the elasticity, and of mean costs, against the truth, 500 times."""
    scale = SCALE * mean_factor(spread, kind)
    at = np.array(sizes)
    truth = scale * at**ELASTICITY
    held, elasticities = [], []
    for demand, cost in samples(accounts, spread, kind):
        found = fit(demand, cost)
        elasticities.append(found.elasticity)
        intervals = [(found.elasticity_interval, ELASTICITY)]
        if sizes:
            intervals.append((found.scale_interval, scale))
            intervals += zip(zip(*found.band(at), strict=True), truth, strict=True)
        held.append([low <= true <= high for (low, high), true in intervals])
    shares = np.mean(held, axis=0)
    assert (shares >= 0.85).all(), shares
    assert (shares <= 0.95).all(), shares
    # No bias: the mean of 500 is as near as chance lets it be.
    near = 4 * np.std(elasticities) / math.sqrt(len(elasticities))
    assert np.mean(elasticities) == pytest.approx(ELASTICITY, abs=near)


def test_costs_add_up_over_many_bodies() -> None:
    """Without the factor the sum would be too small by exp(s²/2): here by 8 %."""
    fitted, kept = 0.0, 0.0
    for demand, cost in samples(16, 0.4):
        fitted += float(fit(demand, cost).mean(demand).sum())
        kept += float(cost.sum())
    assert fitted == pytest.approx(kept, rel=0.01)


def test_outliers_that_were_put_in_are_found_and_others_are_rare() -> None:
    found, wrong = 0, 0
    for demand, cost in samples(16, 0.1):
        wrong += any(how.outlier for how in influences(demand, cost))
        cost[3] *= 2
        found += influences(demand, cost)[3].outlier
    assert found >= 490
    assert wrong <= 40  # 5 % of tables are meant to have one by chance


def test_the_outlier_of_a_textbook() -> None:
    hows = influences(np.exp(np.array(ANSCOMBE_X, float)), np.exp(np.array(ANSCOMBE_3)))
    assert [k for k, how in enumerate(hows) if how.outlier] == [2]
    assert hows[2].studentised == pytest.approx(1203.54, abs=0.01)
    assert hows[2].cook == pytest.approx(1.39, abs=0.01)


def test_accounts_on_a_curve_give_it_back() -> None:
    demand = np.array([10.0, 20.0, 40.0, 80.0, 90.0, 200.0])
    found = fit(demand, 7 * demand**0.9)
    assert found.elasticity == pytest.approx(0.9)
    assert found.scale == pytest.approx(7.0)
    assert found.spread == 0.0
    assert found.elasticity_interval == pytest.approx((0.9, 0.9))
    assert not any(how.outlier for how in influences(demand, 7 * demand**0.9))


def test_one_account_off_the_line_of_all_others_is_an_outlier() -> None:
    demand = 10.0 * 2.0 ** np.arange(9)
    cost = 7 * demand**0.9
    cost[4] *= 1.5
    assert [how.outlier for how in influences(demand, cost)] == [k == 4 for k in range(9)]


def test_accounts_beyond_the_flat_part_count_as_costs_of_its_average() -> None:
    demand = np.array([10.0, 20.0, 40.0, 80.0, 160.0, 320.0])
    flat = 50.0
    cost = 7 * np.minimum(demand, flat) ** 0.8 * np.maximum(demand / flat, 1)
    found = fit(demand, cost, flat)
    assert (found.elasticity, found.scale) == (pytest.approx(0.8), pytest.approx(7.0))
    assert found.mean(demand) == pytest.approx(cost)
    assert fit(demand, cost).elasticity > 0.85  # as if it were not known


def test_sizes_differ_also_without_the_smallest_and_without_the_largest() -> None:
    assert widest([1, 2, 8]) == 2
    assert widest([1, 6, 8]) == 8 / 6
    assert widest([3, 4]) == 1


def test_the_extra_that_it_needs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "statsmodels.regression", None)
    with pytest.raises(UsageError, match=r"koopopt\[accounts\]"):
        through(ANSCOMBE_X, ANSCOMBE_1)
    assert ROBUST_FROM == 8
