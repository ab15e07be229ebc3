"""A batched draft: one file that was passed around, with every account that shared it (``standards`` 1.7).

Of each account it names the identifier and nothing else. That a file is viral, or may be a meme, is what people graded.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from lightkeeper.act.reports.drafting import Draft, DraftFile
from lightkeeper.act.reports.ncmec import drafts
from lightkeeper.act.reports.ncmec.file_details import REPORTED, FileDetails
from lightkeeper.act.reports.ncmec.parts import Built
from lightkeeper.act.reports.ncmec.people import Reported
from lightkeeper.act.reports.ncmec.report import MEME, Batched, Report
from lightkeeper.act.reports.ncmec.rules import IN_MEME
from lightkeeper.act.reports.ncmec.storing import dump, load
from lightkeeper.act.reports.services import ReportRefused
from lightkeeper.act.reports.states import Mode
from lightkeeper.review.models import Case

FEWEST: Final = 2
"""Accounts: what one account alone has is reported as ever."""
_KEPT: Final = ("report_id", "file_id", "file_viewed_by_esp", "exif_viewed_by_esp", "publicly_available",
                "industry_classification")  # fmt: skip
"""What is said of the file; all else of it is forbidden in a batch."""

_LEFT_OUT: Final = ("report/internetDetails", "report/personOrUserReported", "report/victim")


def shared_by(built: Built) -> int:
    """How many accounts a batched report in place of this draft would name; 0 where it cannot be one."""
    return len(built.accounts) if len(built.draft.files) == 1 and len(built.accounts) >= FEWEST else 0


def from_case(case: Case, mode: Mode) -> Built:
    """A batched draft of a case. Raises ReportRefused where it is none for a batch; SealError."""
    built = drafts.from_case(case, mode)
    if len(built.draft.files) != 1:
        raise ReportRefused(_("A batched report has exactly one file: this case has none, or more than one."))
    if len(built.accounts) < FEWEST:
        raise ReportRefused(_("A batched report names the accounts that shared a file: here is no second one."))
    (file,) = built.draft.files
    plain = load(Report, built.draft.report)
    report = Report(
        batched=Batched(reason=MEME),
        summary=dataclasses.replace(plain.summary, escalate_to_high_priority=None),
        reporter=plain.reporter,
        reported=tuple(Reported(esp_identifier=one) for one in built.accounts),
    )
    sources = {path: source for path, source in built.draft.sources.items() if not path.startswith(_LEFT_OUT)}
    sources |= {
        f"report/personOrUserReported[{n}]/espIdentifier": "platform" for n in range(1, len(built.accounts) + 1)
    }
    draft = Draft(report=dump(report), files=(_of_batch(file),), sources=sources, named=built.sharing)
    return dataclasses.replace(built, draft=draft)


def said_of(details: Mapping[str, Any], flags: frozenset[str]) -> dict[str, Any]:
    """What is said of the file of a batch, with these flags."""
    whole = load(FileDetails, {"report_id": 0, "file_id": "0", **details})
    kept = {name: getattr(whole, name) for name in _KEPT}
    said: dict[str, Any] = dump(FileDetails(**kept, file_relevance=REPORTED, annotations=flags))
    return said


def _of_batch(file: DraftFile) -> DraftFile:
    flags = IN_MEME.intersection(file.details.get("annotations", ()))
    return dataclasses.replace(file, details=said_of(file.details, flags))
