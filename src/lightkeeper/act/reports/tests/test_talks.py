"""A case without any media becomes a filed report: what a person read and marked as evidence, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now
from lxml import etree

from lightkeeper.act.reports.drafting import approve, make_draft
from lightkeeper.act.reports.ncmec import drafts
from lightkeeper.act.reports.states import Mode, ReportState
from lightkeeper.act.reports.tests.filing import scene, sent
from lightkeeper.act.services import ask_for_text
from lightkeeper.act.tests.test_asking import Keeper, conversation, judged, keeper, settled, shown, with_case
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.review.conversations.tests.made import message_id
from lightkeeper.review.conversations.texts import purge_owed
from lightkeeper.review.models import Case, CaseItem, Conversation, ConversationText
from lightkeeper.review.services import mark_evidence
from lightkeeper.review.tests.grades_made import policy
from lightkeeper.review.types import TextState

__all__ = ["conversation", "keeper"]
pytestmark = pytest.mark.django_db(transaction=True)


def _read_marked_and_judged(item: CaseItem, outcome: str = "enticement") -> None:
    """What a reviewer does: asks, reads all, marks one message, says what it is."""
    policy()
    person = with_case(item)
    assert ask_for_text(case_item=item, person=person) is TextState.KEPT
    shown(item, person)
    mark_evidence(case_item=item, person=person, message=message_id("m2", item.conversation.client_id))
    settled(item, person, judged(outcome))
    item.refresh_from_db()


def _allow(settings: Any, keeper: Keeper, values: dict[str, Any]) -> None:
    places = (*values.get("outbound_allow", ()), f"127.0.0.1:{keeper.server_address[1]}")
    settings.LIGHTKEEPER = {**values, "outbound_allow": places}


def test_words_that_a_person_marked_are_filed_without_a_file(
    keeper: Keeper, conversation: CaseItem, settings: Any
) -> None:
    with scene(settings) as here:
        _allow(settings, keeper, dict(settings.LIGHTKEEPER))
        _read_marked_and_judged(conversation)
        case = Case.objects.get(pk=conversation.case_id)
        assert ConversationText.objects.filter(state=TextState.KEPT).exists()  # a report may have to cite them
        built = drafts.from_case(case, Mode.TEST)
        report = make_draft(case=case, authority="ncmec", draft=built.draft, person=make_person(granted=True))
        assert sent(approve(report, make_person(Role.SUPERVISOR, granted=True), "TEST")).state == ReportState.FINISHED
        (filed,) = here.authority.filed
        tree = etree.fromstring(filed.document)
        assert filed.contents == {}
        assert tree.findtext("incidentSummary/incidentType") == "Online Enticement of Children for Sexual Acts"
        content = tree.findtext("internetDetails/chatImIncident/content")
        assert content == "2026-11-20T18:01:00+00:00 ann: don't tell your mum"
        assert tree.findtext("personOrUserReported/espIdentifier") == "ann"
        assert tree.findtext("victim/espIdentifier") == "bo"
        assert b"planted hello" not in filed.document
        purge_owed()
        assert not ConversationText.objects.filter(state=TextState.KEPT).exists()  # what was filed is in the report


def test_between_children_nobody_is_filled_in_and_the_flag_says_so(
    keeper: Keeper, conversation: CaseItem, settings: Any
) -> None:
    with scene(settings):
        _allow(settings, keeper, dict(settings.LIGHTKEEPER))
        Conversation.objects.filter(case_item=conversation).update(peers=True)
        conversation = CaseItem.objects.get(pk=conversation.pk)
        _read_marked_and_judged(conversation)
        built = drafts.from_case(Case.objects.get(pk=conversation.case_id), Mode.TEST)
        assert built.draft.report["summary"]["annotations"] == ["minorToMinorInteraction"]
        assert "reported" not in built.draft.report
        assert "victims" not in built.draft.report


def test_words_go_where_no_report_is_to_cite_them(keeper: Keeper, conversation: CaseItem, settings: Any) -> None:
    with scene(settings):
        _allow(settings, keeper, dict(settings.LIGHTKEEPER))
        _read_marked_and_judged(conversation, "benign")
        assert not ConversationText.objects.filter(state=TextState.KEPT).exists()


def test_words_that_nobody_cites_go_after_thirty_days(keeper: Keeper, conversation: CaseItem, settings: Any) -> None:
    with scene(settings):
        _allow(settings, keeper, dict(settings.LIGHTKEEPER))
        _read_marked_and_judged(conversation)
        purge_owed()
        assert ConversationText.objects.filter(state=TextState.KEPT).exists()
        Case.objects.filter(pk=conversation.case_id).update(closed_at=now() - timedelta(days=31))
        purge_owed()
        assert not ConversationText.objects.filter(state=TextState.KEPT).exists()
