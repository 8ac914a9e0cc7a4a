"""Games: what groups of players get or pay by themselves, and how all of them may share.

Nothing here knows municipalities. Amounts are whole numbers of a game's unit, shares are exact
fractions, and what is claimed (a nucleolus, a core that is empty or not, a least subsidy) is
proven in fractions: floating point only finds what is then proven. Where no proof is found, that
is said. Sets of players are bit masks: bit k is `players[k]`.
"""
