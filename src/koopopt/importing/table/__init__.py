"""An instance from a table as people keep it: their own headings, title rows, sums and remarks.

    file → Grid (opening) → which heading means what (headings, mapping, matching, asking)
      → rows that are municipalities (rows), keys (keys), points (places) → the ordinary reader
      → neighbours (pairs), pools of today (today) → files of an instance (making)

No cell is read here in a way of its own: what is chosen becomes a `koopopt.reading.tables.Table`
with our column names, so that numbers, ids and texts mean what they mean in every instance.
"""
