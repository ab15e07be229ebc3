"""What the room does in the background."""

from __future__ import annotations

from lightkeeper.review.opening import DERIVE
from lightkeeper.runtime.services import job


@job(DERIVE, lease_seconds=30, longest_seconds=300)
def derive(subject: int | None) -> None:
    """Make the derivatives of one item's picture."""
    from lightkeeper.review import derivatives  # the decoder loads when it is needed, not with every command

    if subject is not None:
        derivatives.derive(subject)
