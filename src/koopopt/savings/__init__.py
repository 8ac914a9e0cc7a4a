"""What plans save where numbers are not certain: the same samples for whoever asks.

Samples of the numbers that have ranges are drawn here (`sampling`, `samples`), and plans are held
against all alone in each of them (`costs`, `saving`): by evaluation only, nothing is solved. What
is shown beside a plan and what `koopopt.inquiry.ranges` says of it are therefore the same.
"""
