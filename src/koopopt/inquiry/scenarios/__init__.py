"""Scenarios: one plan in several futures, the best one over all of them, and how far it is off.

Problem × [[scenario]] → Cases             the same case in each scenario (`cases`)
Cases → Choices                            all partnerships, and what each counts in each one
Choices → Search ⇄ Relaxation → Robust     the best plan by a measure, proven in whole numbers
"""
