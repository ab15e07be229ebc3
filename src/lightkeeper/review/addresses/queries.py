"""What is asked of addresses: where they are in clear, and the assessment of each that stands."""

from __future__ import annotations

from collections.abc import Iterator

from lightkeeper.record.types import ItemKind
from lightkeeper.review.keeping import context_of
from lightkeeper.review.models import Case, CaseItem, Grade, UrlGrade
from lightkeeper.review.parts import with_grades
from lightkeeper.review.seeing import deciding_grade
from lightkeeper.review.types import CaseReason, UrlAssessment
from lightkeeper.runtime.services import SealError


def url_assessment(case: Case) -> UrlAssessment | None:
    """The assessment of a case's address that stands; of several addresses the first item's. None while none does."""
    return next(_standing(case), None)


def url_assessments(case: Case) -> list[UrlAssessment]:
    """The assessments that stand, in the order of the case's items: a case may hold several addresses."""
    return list(_standing(case))


def url_assessment_of(case_item: CaseItem) -> UrlAssessment | None:
    """The assessment of one item that stands. None for what is no address, is not settled, or was erased."""
    grade = deciding_grade(case_item) if case_item.item.kind == ItemKind.URL else None
    answers = None if grade is None else UrlGrade.objects.filter(grade=grade).first()
    if grade is None or answers is None:  # it was graded before addresses had a vocabulary of their own
        return None
    return _assessment(case_item, grade, answers)


def url_addresses(case_item: CaseItem) -> tuple[str, ...]:
    """How an address is written by those who brought it, each way once, the first first; none once all was erased.

    It is content: whoever shows it records that first. Raises SealError if what is kept was altered.
    """
    contexts = [context_of(row) or {} for row in case_item.sightings.filter(erased_at=None).order_by("pk")]
    return tuple(dict.fromkeys(str(one["url"]) for one in contexts if one.get("url")))


def _standing(case: Case) -> Iterator[UrlAssessment]:
    rows = case.items.filter(item__kind=ItemKind.URL).select_related("item", "case").order_by("position")
    for row in with_grades(rows):
        found = url_assessment_of(row)
        if found is not None:
            yield found


def _reporter(row: CaseItem) -> str:
    first = row.sightings.order_by("pk").first()
    try:
        report = ((context_of(first) if first is not None else None) or {}).get("report")
    except SealError:  # it was altered: whoever looks at the case is told
        return ""
    return str(report.get("source") or "") if isinstance(report, dict) else ""


def _assessment(row: CaseItem, grade: Grade, answers: UrlGrade) -> UrlAssessment:
    reasons = [CaseReason(one) for one in row.sightings.order_by("pk").values_list("reason", flat=True)]
    settled_at = row.settled_at
    assert settled_at is not None  # noqa: S101  # the database lets no settled item be without its time
    return UrlAssessment(
        case=row.case.public, case_id=row.case_id, case_item_id=row.pk, item_id=row.item_id, grade_id=grade.pk,
        outcome=grade.outcome, category=grade.uk_category, age_bracket=grade.age_bracket, sex=grade.sex,
        creation=tuple(grade.creation), setting=answers.setting, alone=answers.alone, site_type=answers.site_type,
        access=answers.access, commercial=answers.commercial, hosting_country=answers.hosting_country,
        hosting_source=answers.hosting_source, images=answers.images, videos=answers.videos,
        duplicate_of=answers.duplicate_of, agency=answers.agency, tld=answers.tld,
        domain=None if answers.domain is None else bytes(answers.domain),
        source=reasons[0] if reasons else CaseReason(row.case.reason),
        reporter=_reporter(row), proactive=bool(reasons) and set(reasons) == {CaseReason.PROACTIVE},
        confidence=grade.confidence, vocabulary=grade.vocabulary, policy=grade.policy, opened_at=row.case.opened_at,
        graded_at=grade.ended_at or settled_at, settled_at=settled_at, by=grade.person_id,
        reopened_as=CaseItem.objects.filter(reopens=row).values_list("case__public", flat=True).first(),
    )  # fmt: skip
