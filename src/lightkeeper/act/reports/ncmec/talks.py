"""A draft from conversations: text alone is enough. Only what a person marked as evidence goes in, in their order.

Whose account is reported, and who may be a victim, is what people said of the accounts; where nobody did, who wrote and
to whom, in a conversation that a person judged, never a score. Between two children nobody is filled in of whom nobody
said anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lightkeeper.act.account_names import account_index
from lightkeeper.act.reports.drafting import Draft
from lightkeeper.act.reports.ncmec.identities import service
from lightkeeper.act.reports.ncmec.parts import ENTICEMENT, Built, past, reporter
from lightkeeper.act.reports.ncmec.report import Chat, InternetDetails, Report, Summary
from lightkeeper.act.reports.ncmec.storing import dump
from lightkeeper.act.reports.ncmec.who import NOBODY, Asked, Mention, people_of
from lightkeeper.act.reports.ncmec.xsd import ReportSchema
from lightkeeper.review.models import Case, CaseItem
from lightkeeper.review.queries import Words, marked_words
from lightkeeper.review.services import context_of

PEERS = "minorToMinorInteraction"
"""The authority's flag for two children; used where its schema has it."""


def from_conversations(case: Case, items: list[CaseItem], schema: ReportSchema, asked: Asked = NOBODY) -> Built:
    """A draft of the conversations of a case that people judged to be enticement. Raises as ``drafts.from_case``."""
    sources = {"report/reporter": "settings", "report/incidentSummary/incidentType": "grade"}
    said = [(item, _context(item), marked_words(item)) for item in items]
    peers = any(item.conversation.peers for item in items)
    first = min((words[0].at for _item, _context, words in said if words), default=case.opened_at)
    sources["report/incidentSummary/incidentDateTime"] = (
        "marked" if any(words for *_rest, words in said) else "received"
    )
    flags = {PEERS} & set(schema.flags("reportAnnotations")) if peers else set()
    summary = Summary(
        incident_type=ENTICEMENT, platform=service(), annotations=frozenset(flags), incident_date_time=past(first),
        incident_date_time_description="The first message that a reviewer marked as evidence.",
    )  # fmt: skip
    contexts = [context for _item, context, _words in said]
    people = people_of(
        case, _mentions(contexts, "sender_id"), _mentions(contexts, "recipient_id"), asked, fall_back=not peers
    )
    report = Report(
        summary=summary,
        internet_details=tuple(_place(context, words, sources, number)
                               for number, (_item, context, words) in enumerate(said, start=1)),
        reporter=reporter(), reported=people.reported, victims=people.victims,
    )  # fmt: skip
    return Built(Draft(report=dump(report), sources={**sources, **people.sources}, named=people.named))


def _context(item: CaseItem) -> Mapping[str, Any]:
    """What the platform calls the two, as the newest sighting that is kept says it."""
    for sighting in item.sightings.order_by("-pk"):
        found = context_of(sighting)
        if found is not None:
            return {**found, "client_id": sighting.client_id or found.get("client_id")}
    return {}


def _mentions(contexts: list[Mapping[str, Any]], who: str) -> list[Mention]:
    """The accounts that the platforms named, as one of the two in each conversation."""
    found = {(context.get("client_id"), str(context.get(who) or "")) for context in contexts}
    return [
        Mention(account_index(client, name) if client else b"", name) for client, name in sorted(found, key=str) if name
    ]


def _place(context: Mapping[str, Any], words: list[Words], sources: dict[str, str], number: int) -> InternetDetails:
    path = f"report/internetDetails[{number}]/chatImIncident"
    sources[f"{path}/content"] = "marked"
    sources[f"{path}/chatRoomName"] = "platform"
    names = {"A": str(context.get("sender_id") or "A"), "B": str(context.get("recipient_id") or "B")}
    content = "\n".join(f"{_time(one.at)} {names.get(one.lane, one.lane)}: {one.text}" for one in words)
    return InternetDetails(
        chat=Chat(chat_room_name=str(context.get("conversation_id") or "")[:255] or None, content=content or None)
    )


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
