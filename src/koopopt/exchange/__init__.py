"""Models in and out: LP and MPS files, and PuLP and Pyomo objects to extend by hand.

Names come from data and may hold anything. In files and in PuLP they are reduced to ASCII
letters, digits and underscores, and made unique (`safe_names`), so none can become syntax.
"""

from koopopt.exchange.names import safe_names
from koopopt.exchange.objects import to_pulp, to_pyomo
from koopopt.exchange.reading import read_mps
from koopopt.exchange.writing import write_lp, write_mps

__all__ = ["read_mps", "safe_names", "to_pulp", "to_pyomo", "write_lp", "write_mps"]
