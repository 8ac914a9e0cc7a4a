"""Polygons of municipalities from files of any usual kind: areas, common borders, missing links.

`opening` says what may be opened, `layer` reads it, `areas` makes valid areas of it in metres and
degrees, `borders` measures what each two have in common, `links` says what is not connected and
what would connect it, `drawn` simplifies all together for maps.
"""
