"""What allauth tells of becomes an audit event; failures are told of where they are counted (``lockout.py``)."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import authentication_step_completed
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.http import HttpRequest

from lightkeeper.people import sessions
from lightkeeper.people.accounts import subject_of
from lightkeeper.people.devices import note_device
from lightkeeper.people.lockout import sign_in_key
from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event


def connect() -> None:
    """Listen. Called when the room is ready."""
    user_logged_in.connect(signed_in, dispatch_uid="people")
    user_logged_out.connect(signed_out, dispatch_uid="people")
    authentication_step_completed.connect(proved_again, dispatch_uid="people")


def signed_in(*, request: HttpRequest, user: Person, **_: Any) -> None:
    """Begin the session's clocks, and tell of the sign-in and of what it was made with."""
    demo = bool(request.session.get(sessions.DEMO))
    codes = [record for record in get_authentication_records(request, user) if record["method"] == "mfa"]
    sessions.begin(request.session, second_factor=demo or bool(codes))
    if not demo:
        note_device(request, sign_in_key(user.email))
    factor = "demo_link" if demo else str(codes[-1].get("type", "code")) if codes else "none"
    with transaction.atomic():
        write_event(
            Event.PEOPLE_SIGN_IN_SUCCEEDED, actor=user.actor, subject=subject_of(user), details={"factor": factor}
        )


def signed_out(*, request: HttpRequest, user: Person | None, **_: Any) -> None:
    """Tell of the end of a session, and forget its row."""
    if user is None:
        return
    with transaction.atomic():
        UserSession.objects.filter(session_key=request.session.session_key or "").delete()
        cause = getattr(request, "sign_out_cause", "asked")
        write_event(Event.PEOPLE_SIGN_OUT_DONE, actor=user.actor, subject=subject_of(user), details={"cause": cause})


def proved_again(*, request: HttpRequest, user: Person, method: str, reauthenticated: bool = False, **_: Any) -> None:
    """Tell that somebody proved again who they are, before a sensitive act or at a locked session."""
    if not reauthenticated:
        return
    unlocked = request.session.pop(sessions.LOCKED, None)
    event = Event.PEOPLE_SESSION_UNLOCKED if unlocked else Event.PEOPLE_PERSON_REAUTHENTICATED
    details = {} if unlocked else {"factor": "code" if method == "mfa" else "password"}
    if unlocked:
        sessions.note_use(request.session)
    with transaction.atomic():
        write_event(event, actor=user.actor, subject=subject_of(user), details=details)
