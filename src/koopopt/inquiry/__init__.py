"""Many questions about one case: what if, the price of rules, conflicts, scenarios, ranges, years.

All of them are asked of sessions that stay warm (`asking`), and answered by plans that were solved
and checked like any other.
"""
