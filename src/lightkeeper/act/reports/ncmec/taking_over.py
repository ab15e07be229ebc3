"""Who is who, taken over into a draft that there is: as people say it by now, without what else the draft says."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from lightkeeper.act.account_names import accounts_of
from lightkeeper.act.parties.models import Party
from lightkeeper.act.parties.models import Victim as VictimRow
from lightkeeper.act.parties.queries import victims_of
from lightkeeper.act.reports.drafting import Draft, ReportRefused, change_draft, draft_of
from lightkeeper.act.reports.models import Report as Row
from lightkeeper.act.reports.named import Named, outdated
from lightkeeper.act.reports.ncmec import drafts
from lightkeeper.act.reports.ncmec.common import Person as Human
from lightkeeper.act.reports.ncmec.completeness import Word
from lightkeeper.act.reports.ncmec.fields import name_of
from lightkeeper.act.reports.ncmec.people import Reported
from lightkeeper.act.reports.ncmec.reading import source_of, texts
from lightkeeper.act.reports.ncmec.report import Report
from lightkeeper.act.reports.ncmec.storing import NotStored, dump, load
from lightkeeper.act.reports.ncmec.who import SUSPECT, VICTIM, Asked
from lightkeeper.act.reports.states import Mode
from lightkeeper.people.models import Person
from lightkeeper.runtime.services import SealError

_T = TypeVar("_T", Reported, Human)
_WRITTEN = "person"


def take_over(row: Row, person: Person, suspect: str = "") -> None:
    """Take over who is who as it stands now, and the possible victims if this person may see them.

    What whoever drafted wrote of the same account stays where nothing else is known. Whoever takes over no more than
    what others wrote down has drafted nothing. Raises PermissionDenied, ReportRefused. RuntimeError in a transaction.
    """
    try:
        kept = draft_of(row)
        before = load(Report, kept.report)
        if before.batched is not None:
            raise ReportRefused(_("A batched report names accounts alone. Draft it as an ordinary report first."))
        built = drafts.from_case(row.case, Mode(row.mode), Asked(reader=person, suspect=suspect)).draft
    except (SealError, NotStored):
        raise ReportRefused(_("Something of this case is damaged, so it could not be drafted anew.")) from None
    taken = _taken(kept, before, built, row)
    author = taken.report.get("reported") != kept.report.get("reported") or _wrote(taken.named, person)
    change_draft(row, taken, person, urgent=row.urgent, author=author)


def word_of(row: Row, named: Named) -> Word:
    """On whose word a draft stands."""
    left_out = victims_of(row.case).exclude(pk__in=named.victims).count()
    return Word(confirmed=Party.objects.filter(pk__in=named.parties, ended_at=None).exists(), left_out=left_out)


def _taken(kept: Draft, before: Report, built: Draft, row: Row) -> Draft:
    now = load(Report, built.report)
    sources, named = dict(built.sources), built.named
    reported, victims = _with_written(before, now, kept), now.victims
    if not reported and _gone(kept.named, row):
        reported, sources = before.reported, sources | _below(SUSPECT, kept.sources)
        named = dataclasses.replace(named, parties=kept.named.parties, unconfirmed=kept.named.unconfirmed)
    if not victims and kept.named.victims and not outdated(Named(victims=kept.named.victims), row.case_id):
        # Whoever may not see them leaves them as somebody took them over who may.
        victims, sources = before.victims, sources | _below(VICTIM, kept.sources)
        named = dataclasses.replace(named, victims=kept.named.victims)
    after = dataclasses.replace(before, victims=victims, reported=reported)
    said = {path: code for path, code in kept.sources.items() if not path.startswith((SUSPECT, VICTIM))}
    said |= _below((SUSPECT, VICTIM), sources)
    known = texts("report", now)
    said |= {
        path: _WRITTEN for path in texts("report", after)
        if path.startswith(SUSPECT) and path not in known and source_of(path, kept.sources) == _WRITTEN
    }  # fmt: skip
    return dataclasses.replace(kept, report=dump(after), sources=said, named=named)


def _below(start: str | tuple[str, ...], sources: Mapping[str, str]) -> dict[str, str]:
    return {path: code for path, code in sources.items() if path.startswith(start)}


def _gone(named: Named, row: Row) -> bool:
    """Whether whom a draft reports was erased here since, and nobody said otherwise: the draft keeps what it has."""
    if outdated(named, row.case_id):
        return False
    erased = Party.objects.filter(pk__in=named.parties, account=None).exists()
    there = {one.index.hex() for one in accounts_of(row.case)}
    return erased or (bool(named.unconfirmed) and not there & set(named.unconfirmed))


def _with_written(before: Report, now: Report, kept: Draft) -> tuple[Reported, ...]:
    """The suspect, with what whoever drafted wrote of the same account where nothing else is known."""
    if not (before.reported and now.reported):
        return now.reported
    old, new = before.reported[0], now.reported[0]
    if old.esp_identifier != new.esp_identifier:
        return now.reported
    path = f"{SUSPECT}[1]"
    merged = _merged(path, old, new, kept)
    human = _merged(f"{path}/personOrUserReportedPerson", old.person or Human(), new.person or Human(), kept)
    return (dataclasses.replace(merged, person=None if human == Human() else human),)


def _merged(path: str, old: _T, new: _T, kept: Draft) -> _T:
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(old):
        held, known = getattr(old, field.name), getattr(new, field.name)
        if field.name != "person" and known in (None, ()) and held not in (None, ()) and _written(path, field, kept):
            changes[field.name] = held
    return dataclasses.replace(new, **changes)


def _written(path: str, field: dataclasses.Field[Any], kept: Draft) -> bool:
    start = f"{path}/{name_of(field)}"
    return any(code == _WRITTEN and one.startswith(start) for one, code in kept.sources.items())


def _wrote(named: Named, person: Person) -> bool:
    """Whether this person is one of those on whose word the draft names anybody."""
    return (
        VictimRow.objects.filter(pk__in=named.victims, said_by=person).exists()
        or Party.objects.filter(pk__in=named.parties, said_by=person).exists()
    )
