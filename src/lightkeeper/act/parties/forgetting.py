"""What is forgotten of the parties of a case: with what named them, and with the case."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.timezone import now

from lightkeeper.act.account_names import accounts_of, recipients_of
from lightkeeper.act.parties.models import Party, Victim
from lightkeeper.act.parties.victims import empty_victims
from lightkeeper.record.services import refuse_if_held
from lightkeeper.record.types import EventRow
from lightkeeper.review.models import Case, Sighting


def sighting_erased(event: EventRow) -> None:
    """Forget the accounts that nothing of a case names any more; in the transaction of the event. HeldError."""
    if event.subject is None:
        raise ValueError("something was erased, but not said of which case")
    case = Case.objects.get(pk=int(event.subject.id))
    parties = _naming(case.pk)
    victims = Victim.objects.filter(case=case, destroyed_at=None)
    if not parties.exists() and not victims.exists():
        return
    named = {one.index for one in (*accounts_of(case), *recipients_of(case))}
    _empty(parties.exclude(account_index__in=named).values_list("pk", flat=True))
    gone = victims.exclude(account_index__in=[*named, b""])
    if not Sighting.objects.filter(case=case, erased_at=None).exists():
        gone = victims
    if gone.exists():
        refuse_if_held(event.subject)
        gone.update(content=b"", destroyed_at=now())


def empty_parties(number: int) -> dict[str, int]:
    """Destroy what names the parties of a case, by its number; whoever calls has asked for holds. Nothing, done twice.

    What part they had, who said so and when stays.
    """
    return {"parties": _empty(_naming(number).values_list("pk", flat=True)), "victims": empty_victims(number)}


def _naming(case: int) -> QuerySet[Party]:
    return Party.objects.filter(Q(why__isnull=False) | Q(account__isnull=False), case_id=case)


def _empty(numbers: Iterable[int]) -> int:
    return Party.objects.filter(pk__in=list(numbers)).update(account=None, identity=None, why=None)
