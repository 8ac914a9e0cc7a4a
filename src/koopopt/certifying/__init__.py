"""The certificate of a bound, and its checker, which knows no search and no solver.

    document   what a certificate holds: the question, rows with their multipliers, a tree of duals
    budget     how much memory all of this may take
    formable   which partnerships each service may form and what they cost, enumerated anew
    rows       what each kind of row says of a plan, and what its dual charges
    regions    a part of all plans: what it costs at least at given duals, how it is split in two
    checking   the walk through the tree, and the bound that it confirms

Whatever a certificate says, no plan is cheaper than what `checking.confirm` returns: duals of
any size give a valid bound (weak duality), rows are true of every plan by their definitions, two
halves of a region cover it, all in whole numbers. A wrong certificate confirms less, or nothing.
Nothing here imports formulations, coalitions or solvers.
"""
