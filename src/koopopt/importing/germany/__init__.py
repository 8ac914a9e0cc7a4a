"""An instance of any part of Germany from the official register and official polygons.

register (who there is) → selection (who takes part) → matching (whose polygon is whose) →
associations (who pools today) → `instance` (the files, checked)
"""
