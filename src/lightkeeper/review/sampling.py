"""Drawing findings at random, so that how precise detection is can be measured.

What is reviewed first is not what is typical: grave, near and due cases come first, and a full queue leaves the rest.
Precision computed from what happened to be reviewed would be that of the easy cases. So a share of findings is drawn
when they are made, before anybody knows what they are; these are reviewed whatever else is due, and precision is
computed from them alone.
"""

from __future__ import annotations

from random import SystemRandom

from lightkeeper.record.policy import PolicyValues

_random = SystemRandom()


def drawn(policy: PolicyValues) -> bool:
    """Draw for the findings that arrive together. The share is never zero, and nobody can foretell it."""
    return _random.random() * 100 < max(policy.sample_percent, 1)
