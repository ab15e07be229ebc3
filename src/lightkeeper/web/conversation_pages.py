"""The case page of a conversation, and what is done from it beside the verdict: asking for words, marking evidence."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lightkeeper.act.services import ask_for_text
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, person_of, requires
from lightkeeper.record.types import ItemKind, RevealLevel, Track
from lightkeeper.review.models import CaseItem
from lightkeeper.review.queries import Words, effective, revealed, timeline
from lightkeeper.review.services import GradeError, NotYours, RevealRefused, Shown, mark_evidence, reveal
from lightkeeper.review.types import TextState
from lightkeeper.web.case_view_models import page as shown_to
from lightkeeper.web.case_view_models import url_of
from lightkeeper.web.conversations.building import built, standing_of
from lightkeeper.web.conversations.shown import TextState as ShownText
from lightkeeper.web.conversations.shown import text_state
from lightkeeper.web.conversations.standing import TextStanding

Act = Callable[[HttpRequest, CaseItem], HttpResponse]
View = Callable[[HttpRequest, uuid.UUID, int], HttpResponse]


def _of_conversation(act: Act) -> View:
    """Find the conversation; lead whoever comes back to the address to the page, without its words."""

    @wraps(act)
    def view(request: HttpRequest, public: uuid.UUID, position: int) -> HttpResponse:
        rows = CaseItem.objects.select_related("case", "item").filter(item__kind=ItemKind.CONVERSATION)
        item = get_object_or_404(rows, case__public=public, position=position)
        if request.method != "POST":
            return redirect(url_of(item.case, position))
        return act(request, item)

    return view


def conversation_page(
    request: HttpRequest, item: CaseItem, context: dict[str, Any], *, shown: Shown | None = None, refusal: str = ""
) -> HttpResponse:
    """The page; with the words of ``shown``, whose reveal row is committed, or with why there are none."""
    person = person_of(request)
    facts, mine = timeline(item, person), context["held"].mine
    standing = TextStanding.SHOWN if shown is not None else standing_of(item, facts, person, mine=mine)
    text = text_state(standing, _address("text", item))
    read: dict[int, Words] = {}
    if shown is not None:
        text = _timed(text, shown, person)
        read = {one.number: one for one in revealed(item, shown.reveal_id, person)}
    if refusal:
        text = dataclasses.replace(text, says=refusal)
    grades = context["form"] is not None
    context["talk"] = built(facts, text, read, evidence_url=_address("evidence", item) if grades else "")
    answer = render(request, "conversation/page.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@requires(Permission.CONTENT_REVEAL)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_of_conversation
def text(request: HttpRequest, item: CaseItem) -> HttpResponse:
    """Ask the platform for the words where they are not here yet; else show a part of them, recorded before."""
    person, part = person_of(request), request.POST.get("part", "")
    try:
        if not item.texts.filter(state=TextState.KEPT).exists():
            ask_for_text(case_item=item, person=person)
            return _again(request, item)
        shown = reveal(
            case_item=item, person=person, track=Track.TEXT, level=RevealLevel.FULL, part=part or "whole",
            veiled=_uuid(request.POST.get("veiled", "")),
        )  # fmt: skip
    except (NotYours, RevealRefused) as refused:
        return _again(request, item, refusal=str(refused))
    return _again(request, item, shown=shown)


@requires(Permission.CASE_GRADE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_of_conversation
def evidence(request: HttpRequest, item: CaseItem) -> HttpResponse:
    """Mark a message as evidence, or take the mark away."""
    try:
        message = bytes.fromhex(request.POST.get("message", ""))
        marked = bool(request.POST.get("on"))
        mark_evidence(case_item=item, person=person_of(request), message=message, marked=marked)
    except ValueError:
        return HttpResponse(_("There is no such message."), status=400, content_type="text/plain; charset=utf-8")
    except (NotYours, GradeError) as refused:
        return HttpResponse(str(refused), status=409, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


def _again(request: HttpRequest, item: CaseItem, **more: Any) -> HttpResponse:
    context = shown_to(item.case, person_of(request), str(item.position))
    return conversation_page(request, context["item"], context, **more)


def _timed(text: ShownText, shown: Shown, person: Person) -> ShownText:
    """With the row, and with how long it may be shown."""
    public = str(shown.reveal_id)
    return dataclasses.replace(
        text, reveal=public, end_url=reverse("review:reveal_end", args=[public]), limit=shown.limit,
        idle=effective(person).idle_seconds,
    )  # fmt: skip


def _address(name: str, item: CaseItem) -> str:
    return reverse(f"case:conversation_{name}", args=[item.case.public, item.position])


def _uuid(given: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(given)
    except ValueError:
        return None
