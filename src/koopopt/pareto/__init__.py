"""Fronts: all efficient compromises, and the proof that none is missing.

`find` is the way in; what it is asked of is `posed` as a subject. `explore` decides what to ask and
what an answer means, on a `grid` of resolutions, in a `region` of boxes; it knows nothing of plans
or solvers. An `oracle` answers: `models` for linear models, `plans` for problems; `workers` are the
processes that hold them, `koopopt.solvers.portfolio` picks the back end. The `certificate` is what
was proven, the `journal` keeps it on disk. What comes of it is a `front`, with `indicators`, and
`verify`, which trusts nothing of all this. Files are read and written by `koopopt.storage`.
"""
