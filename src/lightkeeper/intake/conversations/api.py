"""The API for conversations: parse, authorise, call a service, render. Wired in ``web/api.py``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from lightkeeper.intake.access import Key
from lightkeeper.intake.answers import json_response
from lightkeeper.intake.conversations import openapi
from lightkeeper.intake.conversations.bodies import read_events
from lightkeeper.intake.conversations.erasing import erase_person
from lightkeeper.intake.conversations.taking import take
from lightkeeper.intake.types import Caller
from lightkeeper.people.client_types import AuthenticatedClient, Scope

Person = Annotated[str, Path(min_length=1, max_length=200, description="Your own id of the person.")]

conversations = Router(tags=["conversations"], auth=Key(Scope.CONVERSATIONS))


@conversations.post("/conversations/events", **openapi.EVENTS)
def send_events(request: HttpRequest) -> HttpResponse:
    """Send one event, or up to 1,000 in any order; all are taken or none. The answer says nothing of what they show."""
    return json_response(asdict(take(_caller(request), read_events(request))))


@conversations.delete("/conversations/persons/{person}", auth=Key(Scope.ERASE), **openapi.ERASE)
def erase_conversation_person(request: HttpRequest, person: Person) -> HttpResponse:
    """Destroy what is kept of a person in conversations; what a legal hold stands on stays, and the answer says so."""
    return json_response({"id": person, "state": erase_person(_caller(request), person)})


def _caller(request: HttpRequest) -> Caller:
    client: AuthenticatedClient = request.auth  # type: ignore[attr-defined]  # set by ninja
    return Caller(client.client_id, client.key_id, Scope.DETAIL in client.scopes)
