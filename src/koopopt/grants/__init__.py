"""Grants: what a programme asks for, held against the partnerships of a plan, with the evidence.

`programme` is what a programme's file says, `reading` reads it, and `split` a table of personnel
and material cost. `costs` compares what members paid before with what they pay together,
`criteria` judges, `evidence` puts together what an application asks for. All amounts are whole
cents; no criterion is decided by floating point.
"""
