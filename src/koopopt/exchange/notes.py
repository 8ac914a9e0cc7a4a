"""What is told about a file that is read: faults, and warnings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from koopopt.errors import Fault
from koopopt.exchange.fields import CORRECT_LINE
from koopopt.text import T, Text

MAX_FAULTS: Final = 20
MAX_SIMILAR_WARNINGS: Final = 3
"""Warnings of one kind that are told one by one."""


@dataclass(slots=True)
class Notes:
    """Gathers faults and warnings of the file called `label`."""

    label: str
    faults: list[Fault] = field(default_factory=list)
    _warnings: list[Fault] = field(default_factory=list)
    _alike: Counter[str] = field(default_factory=Counter)

    @property
    def full(self) -> bool:
        """Whether there are more faults than anyone reads."""
        return len(self.faults) >= MAX_FAULTS

    def fault(
        self, row: int | None, rule: Text, value: str | None = None, remedy: Text = CORRECT_LINE
    ) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.label, rule, remedy, row=row, value=value))

    def warn(self, row: int | None, rule: Text, value: str | None, remedy: Text) -> None:
        """Note a warning; of many alike the first few are kept."""
        self._alike[rule.template] += 1
        if self._alike[rule.template] <= MAX_SIMILAR_WARNINGS:
            self._warnings.append(Fault(self.label, rule, remedy, row=row, value=value))

    def warnings(self) -> tuple[Fault, ...]:
        """Return the warnings, and how many were left out."""
        more = sum(max(0, count - MAX_SIMILAR_WARNINGS) for count in self._alike.values())
        if not more:
            return tuple(self._warnings)
        rule = T("{count} more warnings of these kinds.", count=more)
        return (*self._warnings, Fault(self.label, rule, T("Mend the first ones and read again.")))
