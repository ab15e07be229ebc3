"""Repeats: a report that says nothing new goes into the open one that said it first; its ticket goes the same way."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count

from lightkeeper.intake.public_reports.cleaning import same_words
from lightkeeper.intake.public_reports.models import PublicReport, PublicReportAddress
from lightkeeper.intake.public_reports.states import OPEN, Danger, Voice
from lightkeeper.runtime.services import blind_index


def same_index(description: str) -> bytes | None:
    """32 bytes by which a report without addresses is found by its words, however they are spaced or capitalised."""
    words = same_words(description)
    return blind_index("intake:public-report-words", words) if words else None


def repeats(new: PublicReport, addresses: Collection[bytes]) -> PublicReport | None:
    """The first open report that names all of these addresses, or has the same words where there are none.

    A report of danger is no repeat of one that does not speak of it, nor a trusted reporter's one of anybody else's.
    """
    rows = PublicReport.objects.filter(state__in=OPEN, suspected=False, into=None)
    if new.danger == Danger.YES:
        rows = rows.filter(danger=Danger.YES)
    if new.voice == Voice.TRUSTED:
        rows = rows.filter(voice=Voice.TRUSTED)
    if addresses:
        named = PublicReportAddress.objects.filter(address_index__in=addresses, report__in=rows)
        counted = named.values("report").annotate(n=Count("pk")).filter(n=len(addresses)).order_by("report")
        rows = rows.filter(pk__in=counted.values("report")[:1])
    elif new.same_index is not None:
        rows = rows.filter(same_index=new.same_index, addresses=None)
    else:
        return None
    return rows.select_for_update(of=("self",)).order_by("pk").first()
