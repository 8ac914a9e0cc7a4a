"""Instances from what others publish and keep: official registers, polygons, tables, road times.

Each source has a room of its own. All of them end in files that `koopopt check` reads without a
fault, and in notes that name whatever was left out, matched or only supposed.
"""
