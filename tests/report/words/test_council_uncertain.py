"""What a council is told where numbers have ranges."""

from __future__ import annotations

import tiny
from koopopt.report import words
from koopopt.report.values import amounts, savings
from report.decided import of_instance


def test_a_saving_over_samples_where_numbers_have_ranges() -> None:
    one = of_instance(tiny.uncertain())
    assert one.saving is not None
    said = savings.against_alone(one.saving)
    told = words.answers(one)
    assert said in told["money"]
    assert said in told["robust"]
    assert not any("if size brought no advantage." in str(text) for text in told["money"])
    first, each = words.tiles(one)[:2]
    best, worst = -one.saving.high / 100, -one.saving.low / 100
    assert str(first[1]) == str(amounts.span(best, worst))
    assert str(amounts.each(best / 6000)) in str(each[1])
    assert str(amounts.each(worst / 6000)) in str(each[1])
