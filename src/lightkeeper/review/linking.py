"""Links between cases: a machine suggests one where two share something, and only a person makes it one that counts.

Nothing rests on a suggestion: that an item joins a waiting case (``placing``) is about where it is looked at, not
about who it is from. A suggestion that was rejected stays so, and is not made again for the same reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.people.matrix import Permission, require
from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Subject
from lightkeeper.review.judgement import LONGEST_NOTE
from lightkeeper.review.models import Case, CaseLink, LinkJudgement, Sighting
from lightkeeper.review.states import LINK_MOVES, LinkState
from lightkeeper.review.types import Context, LinkKind
from lightkeeper.runtime.services import blind_index, seal, unseal

MOST_OF_A_KIND: Final = 20
"""Cases of a kind that a new one is suggested to be linked to at most: the latest."""
_PURPOSE: Final = "review:link"


class LinkRefused(Exception):  # noqa: N818  # a refusal, told to the person who asked
    """What cannot be done with a link; the message is a sentence."""


def suggest_links(case: Case, kind: LinkKind, others: Iterable[int]) -> None:
    """Suggest that a case has to do with others, by their numbers; what was suggested before stays as it is."""
    links = [
        CaseLink(earlier_id=min(other, case.pk), later_id=max(other, case.pk), kind=kind)
        for other in dict.fromkeys(others)
        if other != case.pk
    ]
    CaseLink.objects.bulk_create(links, ignore_conflicts=True)


def address_index(context: Context) -> bytes | None:
    """32 bytes by which submissions from one address on the Internet find one another; None where none was named."""
    said = context.get("context")
    address = said.get("address") if isinstance(said, dict) else None
    return blind_index("review:address", str(address)) if address else None


def suggest_same_address(case: Case, index: bytes | None) -> None:
    """Suggest links to the latest other cases that something came to from the same address."""
    if index is None:
        return
    rows = Sighting.objects.filter(address=index).exclude(case=case).order_by("-case_id")
    suggest_links(case, LinkKind.ADDRESS, rows.values_list("case_id", flat=True).distinct()[:MOST_OF_A_KIND])


@transaction.atomic
def judge_link(link: CaseLink, *, accepted: bool, why: str, person: Person) -> None:
    """Accept or reject a link, with a reason that is kept sealed; a later judgement is a new one, and counts.

    Raises PermissionDenied; LinkRefused: no reason, or it was judged so already.
    """
    require(person, Permission.PARTY_CONFIRM)
    why = why.strip()
    if not 1 <= len(why) <= LONGEST_NOTE:
        raise LinkRefused(_("Write down why, in at most %(most)d characters.") % {"most": LONGEST_NOTE})
    locked = CaseLink.objects.select_for_update().get(pk=link.pk)
    state = LinkState.ACCEPTED if accepted else LinkState.REJECTED
    if state not in LINK_MOVES[LinkState(locked.state)]:
        raise LinkRefused(_("This was said of the link already."))
    note_judgement(locked, state, why, person.pk)
    write_event(
        Event.REVIEW_LINK_ACCEPTED if accepted else Event.REVIEW_LINK_REJECTED,
        actor=person.actor,
        subject=Subject("case", str(locked.later_id)),
        details={"other": locked.earlier_id, "kind": locked.kind},
    )


def note_judgement(link: CaseLink, state: LinkState, why: str, person: int) -> None:
    """Write what a person, by their number, said of a locked or new link; in the caller's transaction."""
    link.state = state
    link.save(update_fields=["state"])
    LinkJudgement.objects.create(
        link=link, accepted=state is LinkState.ACCEPTED, made_by_id=person, made_at=now(),
        why=seal(_PURPOSE, json.dumps(why).encode(), context=_context(link)),
    )  # fmt: skip


def why_linked(judgement: LinkJudgement) -> str:
    """Why somebody judged a link so, "" once that was destroyed. Raises SealError."""
    if judgement.why is None:
        return ""
    text: str = json.loads(unseal(_PURPOSE, bytes(judgement.why), context=_context(judgement.link)))
    return text


def _context(link: CaseLink) -> bytes:
    return f"{link.earlier_id}:{link.later_id}:{link.kind}".encode()
