"""Coalitions: which sets of municipalities may pool a service, and what each costs.

`sets` holds many of them, `enumeration` and `siting` make them, `admissible` keeps those that the
rules about partnerships allow, each in its cheapest legal form. Nothing here knows a solver: the
partition formulation prices them, and `sharing` asks who would be better off in another one.
"""
