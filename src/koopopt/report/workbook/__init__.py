"""A plan as an Excel workbook, for reading, sorting, filtering, calculating and printing.

    Plan             one row a member
    Who with whom    municipalities × services
    Municipalities   costs with their range, minutes, tasks, votes
    Levy keys        who wins and who loses under which key
    Who pays what    each member's share under every key, where anybody pools
    Keys in detail   the same by key: today, office, differences, who pays more
    Who would leave  groups better off without the others, and whether any shares keep all
    Grant …          criteria, amounts, programme, where one is asked for
    Criteria         the plan beside all alone and today, and if assumptions fail
    Front            one row a plan, where there are several
    …                answers to questions, where any are asked: a sheet a table
    Questions        what is said in them
    Sources          every figure, where it comes from, how sure it is
    About            what was proven, and how it was computed

The evidence for a grant is a workbook of its own: criteria, costs, amounts, cash flow, what is
missing, and the programme. So is a roadmap: steps, cash flow, who pays what when, what stopping
costs.

Answers to questions (`report.values.answers`) are one, too: a sheet a table of their blocks.

`plan`, `payments`, `comparing`, `origin`, `grants`, `roadmap` and `blocks` make the sheets as plain
rows (`sheet`), `writing` gives them their looks.
"""

from koopopt.report.workbook.writing import write, write_blocks, write_grants, write_roadmap

__all__ = ["write", "write_blocks", "write_grants", "write_roadmap"]
