"""`koopopt import SOURCE …`: instances, and parts of them, from files that others make."""

from __future__ import annotations

from koopopt.cli.command import Group
from koopopt.cli.importing.germany import germany
from koopopt.cli.importing.neighbours import neighbours
from koopopt.cli.importing.population import population
from koopopt.cli.importing.table import table
from koopopt.cli.importing.travel import travel
from koopopt.text import T

import_ = Group(
    "import",
    text=T("Make an instance, or parts of one, from official files and tables of others."),
    commands=[germany, table, neighbours, population, travel],
)
