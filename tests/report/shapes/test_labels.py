"""Names on maps: never one over another, and the more important one stays."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from koopopt.report.shapes.labels import (
    LABEL_HEIGHT,
    LABEL_MARGIN,
    LETTER_WIDTH,
    MAP_WIDTHS,
    MAX_LABEL_LENGTH,
    NEVER_FITS,
    label_from,
)

TOWN = st.tuples(
    st.text("ab", max_size=20), st.integers(0, 5), st.integers(0, 60), st.integers(0, 60)
)


def overlap(a: tuple, b: tuple, scale: float) -> bool:
    """Whether two names at their points cover each other, by the boxes around them."""
    boxes = []
    for name, _, x, y in (a, b):
        half = (LETTER_WIDTH * min(len(name), MAX_LABEL_LENGTH) + LABEL_MARGIN) / 2
        boxes.append((x * scale - half, x * scale + half, y * scale, y * scale + LABEL_HEIGHT))
    (a0, a1, a2, a3), (b0, b1, b2, b3) = boxes
    eps = 1e-9
    return a0 < b1 - eps and b0 < a1 - eps and a2 < b3 - eps and b2 < a3 - eps


def widths(towns: list[tuple], size: tuple[float, float] = (60.0, 60.0)) -> np.ndarray:
    names, importance, x, y = zip(*towns, strict=True)
    points = np.column_stack([x, y]).astype(float)
    return label_from(names, np.array(importance, float), points, size)


@settings(max_examples=150, deadline=None)
@given(st.lists(TOWN, min_size=1, max_size=15), st.floats(320, 3000))
def test_no_two_names_cover_each_other_at_any_width(towns: list[tuple], width: float) -> None:
    least = widths(towns)
    shown = [town for town, w in zip(towns, least, strict=True) if w <= width]
    assert not any(overlap(a, b, width / 60) for a, b in combinations(shown, 2))


@settings(max_examples=150, deadline=None)
@given(st.lists(TOWN, min_size=1, max_size=15))
def test_only_a_more_important_name_hides_another(towns: list[tuple]) -> None:
    least = widths(towns)
    assert set(least.tolist()) <= {*MAP_WIDTHS, NEVER_FITS}
    assert least[int(np.argmax([town[1] for town in towns]))] == MAP_WIDTHS[0]
    for town, w in zip(towns, least, strict=True):
        if w == NEVER_FITS:
            assert any(
                overlap(town, other, MAP_WIDTHS[-1] / 60) and other[1] >= town[1]
                for other, v in zip(towns, least, strict=True)
                if v < NEVER_FITS and other is not town
            )


def test_golden_widths() -> None:
    """Two names of ten letters side by side need 64 pixels between them, of a map of 100."""
    side_by_side = [("a" * 10, 2, 0, 0), ("b" * 10, 1, 20, 0)]
    assert widths(side_by_side, (100.0, 50.0)).tolist() == [320, 320]  # 0.2 × 320 = 64
    closer = [("a" * 10, 2, 0, 0), ("b" * 10, 1, 10, 0)]
    assert widths(closer, (100.0, 50.0)).tolist() == [320, 640]
    the_same = [("a", 1, 5, 5), ("b", 2, 5, 5)]
    assert widths(the_same, (100.0, 50.0)).tolist() == [NEVER_FITS, 320]
    assert widths([("a", 1, 5, 5)], (0.0, 0.0)).tolist() == [320]
