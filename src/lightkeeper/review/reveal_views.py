"""The two addresses through which a picture or a text reaches a browser, and by which it says that it is veiled again.

``web/static/reveal.js`` calls them; what they answer is told at its top.
"""

from __future__ import annotations

import math
import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lightkeeper.people.permissions import Permission, person_of, requires
from lightkeeper.record.models import Reveal
from lightkeeper.record.types import RevealLevel, Track
from lightkeeper.review.leasing import NotYours
from lightkeeper.review.models import CaseItem
from lightkeeper.review.problems import problem
from lightkeeper.review.revealing import WHOLE, RevealRefused, Shown, end_reveal, reveal


@requires(Permission.CONTENT_REVEAL)
@require_POST
def show(request: HttpRequest, public: uuid.UUID, position: int) -> HttpResponse:
    """A marked part of an item's picture, as a JPEG."""
    shown = _reveal(request, public, position, Track.PICTURE, request.POST.get("level", ""))
    if isinstance(shown, HttpResponse):
        return shown
    return _told(HttpResponse(shown.content, content_type="image/jpeg"), shown)


@requires(Permission.CONTENT_REVEAL)
@require_POST
def show_text(request: HttpRequest, public: uuid.UUID, position: int) -> HttpResponse:
    """What was written in the user reports about an item, as a fragment of a page."""
    shown = _reveal(request, public, position, Track.TEXT, RevealLevel.FULL)
    if isinstance(shown, HttpResponse):
        return shown
    notes = [note for note in shown.content.decode().split("\n\n") if note.strip()]
    return _told(render(request, "review/text_shown.html", {"notes": notes}), shown)


@requires(Permission.CONTENT_REVEAL)
@require_POST
def end(request: HttpRequest, public: uuid.UUID) -> HttpResponse:
    """A browser tells that it veiled what it showed. It tells it once more if in doubt: only the first counts."""
    try:
        seconds = float(request.POST.get("seconds", ""))
        if not math.isfinite(seconds):
            raise ValueError("not a time")
        end_reveal(public, person_of(request), seconds, request.POST.get("how", ""))
    except ValueError:
        return problem(400, "unknown", _("There is no such end of a reveal."))
    except Reveal.DoesNotExist:
        raise Http404 from None
    return HttpResponse(status=204)


def _reveal(request: HttpRequest, public: uuid.UUID, position: int, track: str, level: str) -> Shown | HttpResponse:
    case_item = get_object_or_404(
        CaseItem.objects.select_related("case", "item"), case__public=public, position=position
    )
    try:
        return reveal(
            case_item=case_item, person=person_of(request), track=track, level=level,
            part=request.POST.get("part", WHOLE), veiled=_uuid(request.POST.get("veiled", "")),
        )  # fmt: skip
    except NotYours as refused:
        return problem(423, "not-leased", str(refused))
    except RevealRefused as refused:
        return problem(refused.status, refused.code, refused.sentence)


def _told(response: HttpResponse, shown: Shown) -> HttpResponse:
    """With the headers that the script reads: how long it may show it, and what is left of the day."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Reveal-Id"] = str(shown.reveal_id)
    response.headers["Reveal-Limit"] = str(shown.limit)
    if shown.left.count_left is not None:
        response.headers["Reveal-Left"] = f"count={shown.left.count_left}, seconds={shown.left.seconds_left}"
    return response


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
