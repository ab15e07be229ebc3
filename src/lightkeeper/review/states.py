"""The states of a case, of an item in it, and of a grade; and the moves between them."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CaseState(TextChoices):
    """What a case waits for: the first of its items that waits for anything says it.

    ``settling``: everything was graded, and the last grades can still be undone.
    """

    WAITING = "waiting", _("Waits for a first review")
    SECOND = "second", _("Waits for a second review")
    DISAGREED = "disagreed", _("Two reviewers disagree")
    SETTLING = "settling", _("Graded; can still be undone")
    CLOSED = "closed", _("Closed")


class ItemState(TextChoices):
    """What an item of a case waits for. A grade that can still be undone does not move it yet."""

    WAITING = "waiting", _("Waits for a first review")
    SECOND = "second", _("Waits for a second review")
    DISAGREED = "disagreed", _("Two reviewers disagree")
    SETTLED = "settled", _("Settled")


class GradeState(TextChoices):
    """A grade can be undone while it is ``pending``; then it stands for ever, or was undone for ever."""

    PENDING = "pending", _("Can still be undone")
    STANDING = "standing", _("Stands")
    UNDONE = "undone", _("Undone")


class LinkState(TextChoices):
    """A link of two cases is a machine's suggestion until a person accepts it; only then it counts."""

    SUGGESTED = "suggested", _("Suggested")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")


LINK_MOVES: Final[dict[LinkState, frozenset[LinkState]]] = {
    LinkState.SUGGESTED: frozenset({LinkState.ACCEPTED, LinkState.REJECTED}),
    LinkState.ACCEPTED: frozenset({LinkState.REJECTED}),
    LinkState.REJECTED: frozenset({LinkState.ACCEPTED}),
}
"""A person may think better of it; nothing makes a suggestion again of what a person judged."""

ITEM_MOVES: Final[dict[ItemState, frozenset[ItemState]]] = {
    ItemState.WAITING: frozenset({ItemState.SECOND, ItemState.SETTLED}),
    ItemState.SECOND: frozenset({ItemState.DISAGREED, ItemState.SETTLED}),
    ItemState.DISAGREED: frozenset({ItemState.SETTLED}),
    ItemState.SETTLED: frozenset(),
}
"""What may become of an item in each state. A settled one that must be looked at again opens another case."""

GRADE_MOVES: Final[dict[GradeState, frozenset[GradeState]]] = {
    GradeState.PENDING: frozenset({GradeState.STANDING, GradeState.UNDONE}),
    GradeState.STANDING: frozenset(),
    GradeState.UNDONE: frozenset(),
}
"""What may become of a grade in each state."""
