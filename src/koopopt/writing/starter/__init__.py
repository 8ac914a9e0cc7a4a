"""A workbook to start from: a start sheet, the sheets of an instance as forms, drop-downs.

`words` says what sheets and columns mean, `settings` what stands in the sheet of keys and values,
`choices` what can be picked from a list, `forms` how a sheet looks; `book` puts them together.
"""
