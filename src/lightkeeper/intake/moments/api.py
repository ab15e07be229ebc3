"""The API for the four moments: parse, authorise, ask, render; added to the router of conversations."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from lightkeeper.intake.access import Key
from lightkeeper.intake.answers import json_response
from lightkeeper.intake.moments import openapi
from lightkeeper.intake.moments.asking import answer, guidance
from lightkeeper.intake.moments.bodies import read_moment, shown_here
from lightkeeper.intake.moments.schemas import COUNTRY, LANGUAGE
from lightkeeper.intake.moments.types import Audience
from lightkeeper.intake.pacing import Pace
from lightkeeper.intake.types import Caller
from lightkeeper.people.client_types import AuthenticatedClient, Scope

moments = Router(tags=["moments"], auth=Key(Scope.CONVERSATIONS))


@moments.post("/conversations/moments", **openapi.MOMENT)
def ask_at_moment(request: HttpRequest) -> HttpResponse:
    """Ask at one of the four moments what to show to a child, and how long to wait. It says nothing of anybody."""
    pace = Pace()
    asked = read_moment(request)
    pace.received()
    caller: AuthenticatedClient = request.auth  # type: ignore[attr-defined]  # set by ninja
    found = answer(Caller(caller.client_id, caller.key_id, Scope.DETAIL in caller.scopes), asked, shown_here())
    pace.release()
    return json_response(found.model_dump(mode="json"))


@moments.get("/conversations/guidance", **openapi.GUIDANCE)
def get_guidance(
    request: HttpRequest,  # noqa: ARG001  # ninja's signature
    country: Annotated[str, Query(pattern=COUNTRY)] = "unknown",
    language: Annotated[str, Query(pattern=LANGUAGE)] = "unknown",
    audience: Literal["child", "parent"] = "child",
) -> HttpResponse:
    """Get who helps in a country, for a child or a parent: data, each entry with its source and when it was checked."""
    return json_response(guidance(country, language, Audience(audience), shown_here()).model_dump(mode="json"))
