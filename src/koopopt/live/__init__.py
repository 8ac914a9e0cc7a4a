"""The live decision room: one case in which rules, weights and partnerships are changed and solved.

    action ─▶ Document ─▶ Journal            what was asked for, step by step (`document`, `journal`)
                  │
                  ▼
              Question ─▶ Problem ─▶ Desk    what the optimiser is asked (`question`, `desk`)
                  │                    │
                  ▼                    ▼
               draft ─▶ evaluator    Answer  what is shown, by its revision (`room`)

`Room` knows no web; `web` serves it to a page and to other programs.
"""

from __future__ import annotations
