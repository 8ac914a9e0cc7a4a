"""Two of a kind, side by side: instances, runs, fronts, results of benchmarks.

values       what a comparison says: the object that `koopopt compare --json` writes
instances    what differs in data and rules, row by row
runs         which partnerships are new, gone, reseated or of other members; criteria; proof
fronts       which points are new; hypervolume, epsilon, spacing, coverage, attainment
benchmarks   cell by cell, beyond the spread of the seeds or not

Nothing is read here and nothing said: files are found by `storage.comparable`, words by
`report.values.compared`.
"""
