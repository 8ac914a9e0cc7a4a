"""Answers to questions about a case or a plan, as blocks: what is said of each in one place.

A terminal, a document, a workbook and the page draw the same blocks (`report.values.blocks`).
"""
