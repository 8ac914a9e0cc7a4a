"""How much memory a check may take: one account of what is held, and of what is being made."""

from __future__ import annotations

from dataclasses import dataclass, field

from koopopt.errors import UsageError
from koopopt.system.memory import told, usual
from koopopt.text import T


@dataclass(slots=True)
class Budget:
    """Bytes that may be taken.

    Attributes
    ----------
    most : int
        All of them; half of what is free unless said.
    taken : int
        What is held by now.
    """

    most: int = field(default_factory=usual)
    taken: int = 0

    def demand(self, more: int) -> None:
        """Raise `UsageError` where so many bytes more cannot be had."""
        if self.taken + more > self.most:
            raise UsageError(
                T("There are too many possible coalitions to check a certificate: they take more"
                  " than {memory} of memory.", memory=told(self.most))
            )  # fmt: skip

    def take(self, more: int) -> None:
        """Hold so many bytes more; raise `UsageError` where they cannot be had."""
        self.demand(more)
        self.taken += more

    def give_back(self, less: int) -> None:
        """Hold so many bytes less."""
        self.taken -= less
