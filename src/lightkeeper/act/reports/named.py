"""Whom a draft names, and on whose word: what is looked at again before it is approved."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lightkeeper.act.parties.models import Party, Victim, VictimLook
from lightkeeper.act.parties.types import CONFIRMED, LookPurpose
from lightkeeper.act.parties.victims import record_looks
from lightkeeper.act.reports.models import Report
from lightkeeper.act.reports.protocol import Fault
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The rows in which people said who is who, by number, and accounts of which nobody said anything, by index."""

    parties: tuple[int, ...] = ()
    victims: tuple[int, ...] = ()
    unconfirmed: tuple[str, ...] = ()


NOBODY_NAMED: Final = Named()


def as_json(named: Named) -> dict[str, Any]:
    """As JSON values."""
    return dataclasses.asdict(named)


def from_json(kept: Mapping[str, Any]) -> Named:
    """What ``as_json`` gave, also after JSON."""
    return Named(**{name: tuple(values) for name, values in kept.items()})


def outdated(named: Named, case_id: int) -> list[Fault]:
    """What people have said since of those whom a draft names.

    What was erased since is still reported: whoever sent something must not be able to take it out of a report.
    """
    parties = Party.objects.filter(pk__in=named.parties, ended_at__isnull=False)
    victims = Victim.objects.filter(pk__in=named.victims, ended_at__isnull=False)
    indexes = [bytes.fromhex(one) for one in named.unconfirmed]
    judged = Party.objects.filter(case_id=case_id, account_index__in=indexes, ended_at=None, role__in=CONFIRMED)
    why = {
        _("what was said of a suspect has changed since: take over who is who anew"): parties,
        _("what was said of a possible victim has changed since: take over who is who anew"): victims,
        _("somebody has said since what an account is that this draft names: take over who is who anew"): judged,
    }
    return [Fault("report", words) for words, rows in why.items() if rows.exists()]


def unread_by(named: Named, person: Person) -> bool:
    """Whether a draft says something of a possible victim that a person has never had shown."""
    seen = VictimLook.objects.filter(victim__in=named.victims, person=person).values_list("victim", flat=True)
    return bool(set(named.victims) - set(seen))


def look_at_victims(report: Report, named: Named, person: Person, count: int) -> None:
    """Write down that somebody is about to see the possible victims of a report, so many; committed when it returns.

    Raises PermissionDenied. RuntimeError inside a transaction.
    """
    if not may(person, Permission.VICTIM_READ):
        raise PermissionDenied(Permission.VICTIM_READ.value)
    with transaction.atomic(durable=True):
        rows = Victim.objects.filter(pk__in=named.victims).order_by("pk")
        record_looks(rows, person=person, purpose=LookPurpose.REPORT)
        write_event(
            Event.ACT_REPORT_VICTIMS_SHOWN,
            actor=person.actor,
            subject=Subject("report", str(report.pk)),
            details={"count": count},
        )
