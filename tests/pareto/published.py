"""Multi-objective integer programs with answers that others published.

Where a source gives only the number of points, or only the program ([EHR]), an oracle that shares
no code with the package finds the points. Maximised objectives are negated.

[MOA] Tests of MultiObjectiveAlgorithms.jl (`test/problems.jl`, `test/algorithms`); those of 10
items and 5 × 5 are from Kirlik and Sayın 2014, EJOR 232. [VOPT] vOptLib (`SPA`, `2KP50-11`) and
vOptGeneric. [EHR] Ehrgott 2005, "Multicriteria Optimization", 2nd edition. [MAV] `2kp50` of
Mavrotas and Florios 2013, from pyaugmecon's tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from koopopt.linear import LinearModel
from pareto import oracles, programs
from pareto.oracles import Vectors


def numbers(text: str) -> Vectors:
    """Read a table of integers."""
    return np.array([line.split() for line in text.strip().splitlines()], np.int64)


@dataclass(frozen=True)
class Known:
    """A program and its nondominated set.

    Attributes
    ----------
    name : str
    model : LinearModel
    answer : callable
        Returns the vectors, minimised, in lexicographic order.
    count : int or None
        How many there are, by the source.
    units : tuple of floats
        In which the vectors are counted; ones by default.
    """

    name: str
    model: LinearModel
    answer: Callable[[], Vectors]
    count: int | None = None
    units: tuple[float, ...] | None = None


def told(name: str, model: LinearModel, points: Vectors) -> Known:
    """Return a program whose points stand in the source."""
    return Known(name, model, lambda: np.unique(points, axis=0), len(points))


KS_PROFITS = numbers("""
    566 611 506 180 817 184 585 423  26 317
     62  84 977 979 874  54 269  93 881 563
    664 982 962 140 224 215  12 869 332 537
    557 898 148  63  78 964 246 662 386 272""")
KS_WEIGHTS = numbers("979 448 355 955 426 229 9 695 322 889")[0]

KNAPSACK_2 = told(  # [MOA]
    "knapsack-2-10",
    programs.knapsack(KS_PROFITS[:2], KS_PROFITS[3], 2137),
    -numbers("2854 4636 \n 3394 3817 \n 3042 4627"),
)
KNAPSACK_3 = told(  # [MOA]
    "knapsack-3-10",
    programs.knapsack(KS_PROFITS[:3], KS_PROFITS[3], 2137),
    -numbers("""
        2518 3866 3191
        2706 3857 3304
        2854 3570 3714
        2854 4636 3076
        2997 3539 3509
        3042 4627 3189
        3394 3817 3408"""),
)
KNAPSACK_4 = told(  # [MOA]
    "knapsack-4-10",
    programs.knapsack(KS_PROFITS, KS_WEIGHTS, 2653),
    -numbers("""
        1904 3253 2530 2469
        2092 3244 2643 2705
        2146 1944 2947 3428
        2298 4034 1885 1885
        2435 3618 2282 2094
        2725 4064 2652 1819
        2862 3648 3049 2028
        2883 3237 2535 2397
        3152 3232 3596 3382
        3269 2320 3059 2891"""),
)

ASSIGNMENT_COSTS = numbers("""
     6  1 20  2  3
     2  6  9 10 18
     1  6 20  5  9
     6  8  6  9  6
     7 10 10  6  2
    17 20  8  8 20
    10 13  1 10 15
     4 11  1 13  1
    19 13  7 18 17
    15  3  5  1 11
    10  7  1 19 12
     2 15 12 10  3
    11 20 16 12  9
    10 15 20 11  7
     1  9 20  7  6""").reshape(3, 5, 5)
ASSIGNMENT_3 = told(  # [MOA]
    "assignment-3-5",
    programs.assignment(ASSIGNMENT_COSTS),
    numbers("""
        16 61 47
        17 43 71
        18 47 67
        20 52 54
        22 37 63
        22 54 47
        23 43 44
        24 39 45
        28 33 58
        28 66 39
        29 29 59
        34 60 42
        35 38 56
        35 49 39
        37 55 36
        38 33 53
        39 43 41
        40 47 37
        43 51 31
        45 33 34
        50 40 32"""),
)
TEGHEM = numbers("""
    5 1 4 7
    6 2 2 6
    2 8 4 4
    3 5 7 1
    3 6 4 2
    1 3 8 3
    5 2 2 3
    4 2 3 5""").reshape(2, 4, 4)
ASSIGNMENT_2 = told(  # [EHR] example 9.38, from Ulungu and Teghem 1994
    "assignment-2-4",
    programs.assignment(TEGHEM),
    numbers(" 6 24 \n 9 17 \n 12 13 \n 16 11 \n 19 10 \n 22 7"),
)

PROFITS_17 = numbers("""
    77 94 71 63 96 82 85 75 72 91 99 63  84 87 79 94 90
    65 90 90 77 95 84 70 94 66 92 74 97  60 60 65 97 93""")
WEIGHTS_17 = numbers("80 87 68 72 66 77 99 85 70 93 98 72 100 89 67 86 91")[0]
KNAPSACK_17 = told(  # [MOA]
    "knapsack-2-17",
    programs.knapsack(PROFITS_17, WEIGHTS_17, 900),
    -numbers("""
        955 906
        949 915
        948 939
        943 940
        936 942
        935 947
        934 971
        927 972
        918 983"""),
)

COST = numbers("100 120 150 110 200 170")[0]
TIME = numbers("8 3 4 2 5 4")[0]
TRANSPORT = told(  # [MOA], column by column of a 2 × 3 table; the third objective is constant
    "transport-3",
    programs.program(
        [COST, TIME, np.ones(6)],
        [
            (-np.inf, [1, 0, 1, 0, 1, 0], 10),
            (-np.inf, [0, 1, 0, 1, 0, 1], 8),
            (5, [1, 1, 0, 0, 0, 0], 5),
            (8, [0, 0, 1, 1, 0, 0], 8),
            (5, [0, 0, 0, 0, 1, 1], 5),
        ],
        upper=np.inf,
    ),
    np.array([(2380 + 60 * step, 81 - 3 * step, 18) for step in range(6)]),
)

AGENTS_PROFITS = numbers("""
     5 1 10 8 3 5 3  3  7  2
    10 6  1 6 8 3 2 10  6  1
     2 3  1 6 9 7 1  5  4  8
     4 6  4 3 1 6 8  2  9  7
     8 8  8 2 4 8 8  1 10  1
     8 7  8 5 9 2 2  7 10 10
     4 3  6 4 7 5 9  5  8  4
     8 6  2 2 6 8 5  2  2  3
     2 8 10 3 5 7 5  9  5  5""").reshape(3, 3, 10)
AGENTS_WEIGHTS = numbers("""
     5 9 3 5 10 5  7 10  7 8
     4 8 8 6 10 8 10  7  5 1
    10 7 5 8  8 2  8  1 10 3""")
CAPACITIES = (34, 33, 31)
ALLOCATION = Known(  # [MOA] issue 122
    "allocation-3-10",
    programs.allocation(-AGENTS_PROFITS, AGENTS_WEIGHTS, CAPACITIES),
    lambda: oracles.allocation(-AGENTS_PROFITS, AGENTS_WEIGHTS, CAPACITIES),
    42,
)

PROFITS_30 = numbers("""
    33 90 96 75 1 69 100 50 63 61 59 95 58 10 77 30 86 89 82 51 38 33 73 54 91 89 95 82 48 67
    55 36 80 58 20 96 75 57 24 68 37 58 8 85 27 25 71 53 47 72 57 64 1 8 12 68 3 80 20 90
    22 40 50 73 44 65 12 26 13 77 14 68 71 35 54 98 45 95 98 19 18 38 14 51 37 48 35 97 95 36""")
WEIGHTS_30 = numbers(
    "22 13 10 25 4 15 17 15 15 28 14 13 2 23 6 22 18 6 23 21 7 7 14 4 3 27 10 5 9 10"
)[0]
KNAPSACK_30 = Known(  # [MOA] issue 133
    "knapsack-3-30",
    programs.knapsack(PROFITS_30, WEIGHTS_30, 204),
    lambda: oracles.knapsack(PROFITS_30, WEIGHTS_30, 204),
    95,
)

PROFITS_50 = numbers("""
    80 59 52 38 86 58 94 44 66 40 81 72 40 37 72 98 34 34 32 100 83 40 43 38 56 88 93 92 100 98 79 96 93 62 90 76 94 53 50 49 57 56 66 91 93 78 76 31 36 82
    62 80 67 92 35 41 95 89 53 52 63 54 89 42 31 54 31 31 82 87 67 58 51 65 80 36 67 47 58 49 53 57 94 51 48 90 35 43 61 57 57 76 92 45 39 33 50 56 68 47""")  # noqa: E501
WEIGHTS_50 = numbers(
    "25 26 28 25 20 38 38 49 28 22 34 39 26 21 36 47 38 50 39 50 45 27 49 24 48 "
    "32 47 24 43 27 32 48 35 22 34 31 31 36 50 23 33 24 28 35 22 26 32 21 20 29"
)[0]
KNAPSACK_50 = told(  # [VOPT] 2KP50-11
    "knapsack-2-50",
    programs.knapsack(PROFITS_50, WEIGHTS_50, 187),
    -numbers("""
        389 398 415 419 433 442 445 457 461 465 469 484 485 496 499 507 511 517 519 521 529 532 538 540 549 553 555 565 568 574 579 581 586 589 604 606 609 619 622 623 625 632 637
        592 589 581 571 568 564 562 559 555 552 548 543 535 533 529 526 522 515 512 508 506 504 503 499 496 492 483 477 475 474 468 463 459 457 446 431 419 417 391 389 384 374 362""").T,  # noqa: E501
)

ARCS = [  # [EHR] exercise 9.5
    (1, 2, (4, 3)), (1, 3, (5, 1)), (2, 3, (2, 1)), (2, 4, (1, 4)), (2, 5, (2, 2)),
    (2, 6, (7, 2)), (3, 4, (5, 1)), (3, 5, (2, 7)), (4, 3, (5, 1)), (4, 6, (3, 2)), (5, 6, (4, 2)),
]  # fmt: skip
PATH = told("path-2-6", programs.paths(ARCS, 1, 6), numbers("8 9 \n 10 7 \n 11 5 \n 13 4"))

EHRGOTT_PROFITS = numbers("10 3 6 8 2 \n 12 9 11 5 6")
EHRGOTT_WEIGHTS = numbers("4 5 2 5 6")[0]
KNAPSACK_5 = told(  # [EHR] exercise 10.2
    "knapsack-2-5",
    programs.knapsack(EHRGOTT_PROFITS, EHRGOTT_WEIGHTS, 17),
    -numbers("21 38 \n 27 37"),
)

MAVROTAS_PROFITS = numbers("""
    21 69 26 92 77 30 96 80 60 61 52 92 19 10 63 34 100 60 11 12 37 100 74 17 60 69 49 69 49 59 17 21 74 85 83 41 29 63 56 38 66 92 25 84 89 21 46 94 96 92
    24 92 53 25 10 31 83 34 64 69 95 40 59 87 13 94 53 52 61 53 78 34 89 32 28 56 52 40 41 59 35 96 72 55 100 44 90 66 59 22 72 25 36 16 56 91 61 56 66 53""")  # noqa: E501
MAVROTAS_WEIGHTS = numbers("""
    84 49 68 20 97 74 60 30 13 95 19 41 17 95 73 12 66 55 75 20 56 80 59 66 25 70 95 96 62 74 31 59 21 85 45 97 23 53 51 95 58 68 62 45 83 82 47 15 52 72
    19 96 93 64 72 91 32 96 44 76 69 82 51 38 52 22 83 27 70 56 29 89 86 48 13 95 66 94 16 44 67 90 48 29 90 54 77 28 100 86 51 62 40 54 21 55 50 62 51 77""")  # noqa: E501
MAVROTAS = told(  # [MAV] 2kp50, two rows
    "knapsack-2-50-rows-2",
    programs.knapsack(MAVROTAS_PROFITS, MAVROTAS_WEIGHTS, (1445.0, 1502.5)),
    -numbers("""
        2103 2090 2089 2087 2079 2075 2070 2062 2059 2038 2029 2028 2015 2009 2003 1993 1987 1982 1975 1973 1956 1931 1893 1862 1830 1826 1822 1814 1783 1755 1742 1711 1639 1636 1547
        1529 1531 1577 1588 1589 1635 1636 1662 1694 1708 1715 1716 1730 1735 1755 1761 1769 1772 1773 1808 1827 1857 1902 1909 1914 1917 1929 1949 1965 1969 1986 2002 2003 2012 2020""").T,  # noqa: E501
)

LEGS = [
    tuple(map(int, line.split()))
    for line in """
    2259 2259 1 3 4 8 10|4497 5961 1 3 4|4965 5661 1 4 9 11|5961 1272 1 4 9|768 5307 1 4
    3915 4746 1 4|3417 5712 1 8|4752 4608 2 5 11|5454 5661 2 6 11 13 17|2112 4542 2 7 11
    3675 6090 2 7|5943 6345 2 11 13 14 17|5247 6357 2 11 13 17|5298 2862 2 11 14 15
    4542 5268 2 11 14|5484 4662 2 11 15|3810 4047 2 11|5385 3897 2|4140 3507 3 5 8 10
    5199 1158 3 5 11|4809 4767 3 6 8 10 13 17|5868 2112 3 6 11 13 17|5796 3294 3 7 8 10
    5307 5484 3 8 10 13 14 17|6252 5100 3 8 10 13 15 17|4611 6141 3 8 10 13 17
    4662 6252 3 8 10 14 15|3897 5454 3 8 10 14|2862 3603 3 8 10|6357 4611 3 11 13 14 17
    5661 5385 3 11 13 17|5712 5316 3 11 14 15|4956 5868 3 11 14|3912 3912 3 11|5100 4956 3
    4767 5796 4 5 10 12 16|3822 6525 4 5 10 16 17|4047 3417 4 5 10|5661 5943 4 9 10
    5562 3810 4 10 12 13 14|4548 4965 4 10 12 14 16|6261 3915 4 10 12 15 16|4767 3675 4 10 13 14 17
    6507 768 4 10 13 15 17|4608 6507 4 10 14 15|3603 4767 4 10 14 16 17|3357 1833 4 10 14
    5316 5298 4 10 15 16 17|4746 5562 4 10 15|2820 4809 4 10|6345 4548 4 5 7 12 16
    6090 3822 4 5 7 16 17|4239 4239 5 8 10 12 16|5739 1158 5 8 10 16 17|3294 3357 5 8 10 16 17
    3507 2820 5 8 10|6525 5199 5 12 13 16 17|1833 6423 5 12 16|5268 6261 5 12 16|1158 4497 5 16 17
    1158 5739 5 16 17|1272 4752 5|6423 4140 6 7 9 13 17|6141 5247 6 7 12 13 16 17
    """.strip().replace("|", "\n").splitlines()
]  # fmt: skip
CREW = [(leg[:2], tuple(e - 1 for e in leg[2:])) for leg in LEGS]
PARTITION = told(  # [VOPT] SPA didactic, rotations of crews
    "partitioning-2-64",
    programs.partitioning(CREW, 17),
    numbers("15813 15684 \n 19248 15522 \n 21540 12888"),
)

PUBLISHED = (
    KNAPSACK_2, KNAPSACK_3, KNAPSACK_4, KNAPSACK_5, KNAPSACK_17, KNAPSACK_30, KNAPSACK_50,
    ASSIGNMENT_2, MAVROTAS, ASSIGNMENT_3, TRANSPORT, ALLOCATION, PATH, PARTITION,
)  # fmt: skip
