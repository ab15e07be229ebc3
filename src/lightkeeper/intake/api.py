"""The API, version 1: parse, authorise, call a service, render. The addresses are wired in ``web/api.py``."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from lightkeeper.intake import answers, lookups, openapi, reading, reporting, schemas, status
from lightkeeper.intake.access import Key, spend_or_refuse
from lightkeeper.intake.bodies import read_json, require_json
from lightkeeper.intake.conversations.api import conversations
from lightkeeper.intake.lifecycle import erase, find, withdraw
from lightkeeper.intake.models import Submission
from lightkeeper.intake.moments.api import moments
from lightkeeper.intake.pacing import Pace
from lightkeeper.intake.public_reports.api import trusted_reports
from lightkeeper.intake.states import State
from lightkeeper.intake.submitting import Taken, take
from lightkeeper.intake.types import Caller
from lightkeeper.people.client_types import AuthenticatedClient, Scope, SpendKind

Reference = Annotated[str, Path(min_length=1, max_length=200, description="Your own id of the submission.")]


__all__ = [
    "Key",
    "conversations",
    "look_ups",
    "moments",
    "service",
    "spend_or_refuse",
    "submissions",
    "trusted_reports",
]

submissions = Router(tags=["submissions"], auth=Key(Scope.SUBMIT))
look_ups = Router(tags=["lookups"], auth=Key(Scope.LOOKUP))
service = Router(tags=["service"], auth=Key(Scope.STATUS))


@submissions.post("/submissions", **openapi.SUBMIT)
def submit(request: HttpRequest, wait: bool = False) -> HttpResponse:  # a query parameter
    """Submit a picture or video (multipart: metadata, then content) or an address (JSON)."""
    pace, caller = Pace(), _caller(request)
    with contextlib.ExitStack() as uploads:
        one = reading.read_one(request, caller, uploads)
        pace.received()
        taken = take([one], wait=wait, pace=pace)
    return _taken(request, taken[0].row, taken, pace, paced=wait or one.upload is None)


@submissions.post("/submissions/batch", **openapi.SUBMIT_BATCH)
def submit_batch(request: HttpRequest, wait: bool = False) -> HttpResponse:
    """Submit up to 100 addresses (JSON), or pictures, videos and addresses (multipart); all are taken or none."""
    pace, caller = Pace(), _caller(request)
    with contextlib.ExitStack() as uploads:
        drafts = reading.read_batch(request, caller, uploads)
        pace.received()
        taken = take(drafts, wait=wait, pace=pace)
        addresses_only = all(draft.upload is None for draft in drafts)
    return _taken(request, None, taken, pace, paced=wait or addresses_only)


@submissions.get("/submissions/{reference}", **openapi.ANSWER)
def get_submission(request: HttpRequest, reference: Reference) -> HttpResponse:
    """How a submission stands."""
    caller = _caller(request)
    return _one(find(caller, reference), reference, caller)


@submissions.post("/submissions/{reference}/withdraw", **openapi.ANSWER_OR_HOLD)
def withdraw_submission(request: HttpRequest, reference: Reference) -> HttpResponse:
    """Stop what is still to be done about a submission. A case that it opened stays for a person to close."""
    pace, caller = Pace(), _caller(request)
    row = withdraw(caller, reference)
    pace.release()
    return _one(row, reference, caller)


@submissions.delete("/submissions/{reference}", auth=Key(Scope.ERASE), **openapi.ANSWER_OR_HOLD)
def erase_submission(request: HttpRequest, reference: Reference) -> HttpResponse:
    """Destroy all that is kept of a submission but the audit trail."""
    pace, caller = Pace(), _caller(request)
    row = erase(caller, reference)
    pace.release()
    return _one(row, reference, caller)


@submissions.post("/user-reports", **openapi.USER_REPORT)
def report_submission(request: HttpRequest) -> HttpResponse:
    """Pass on a user's report about a submission or an address; a person will look at it."""
    pace, caller = Pace(), _caller(request)
    require_json(request)
    said: schemas.UserReport = read_json(request, reading.USER_REPORT)
    pace.received()
    row = reporting.report(caller, said)
    pace.release()
    return _one(row, said.id, caller)


@look_ups.post("/lookups", **openapi.LOOKUP)
def look_up(request: HttpRequest) -> HttpResponse:
    """Look up to 100 hashes or addresses up, or those in a text; each counts against the key's budget of the day."""
    require_json(request)
    asked: schemas.Lookup = read_json(request, reading.LOOKUP)
    text = lookups.read_text(asked.text or "")
    count = len(asked.hashes or asked.urls or text.addresses) or 1
    spend_or_refuse(_client(request), SpendKind.LOOKUP, count)
    if asked.text is not None:
        return answers.json_response(lookups.look_up_text(text))
    found = lookups.look_up_hashes(asked.hashes) if asked.hashes else lookups.look_up_urls(asked.urls or [])
    return answers.json_response(found)


@service.get("/status", **openapi.STATUS)
def get_status(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # ninja's signature
    """How the service stands: freshness of the lists, what waits, whether workers live."""
    return answers.json_response(status.status())


def _client(request: HttpRequest) -> AuthenticatedClient:
    client: AuthenticatedClient = request.auth  # type: ignore[attr-defined]  # set by ninja
    return client


def _caller(request: HttpRequest) -> Caller:
    client = _client(request)
    return Caller(client.client_id, client.key_id, Scope.DETAIL in client.scopes)


def _one(row: Submission, callers_id: str, caller: Caller) -> HttpResponse:
    return answers.json_response(answers.answer(row, callers_id, detail=caller.detail))


def _taken(
    request: HttpRequest, one: Submission | None, taken: Sequence[Taken], pace: Pace, *, paced: bool
) -> HttpResponse:
    """The answer to a submission: 202 while anything of it is still to be searched, else 200 at the next step."""
    caller = _caller(request)
    told: list[dict[str, Any]] = [answers.answer(each.row, each.callers_id, detail=caller.detail) for each in taken]
    finished = all(each.row.state != State.RECEIVED for each in taken)
    if paced:
        pace.release()
    response = answers.json_response(told if one is None else told[0], status=200 if finished else 202)
    if one is not None and not finished:
        response["Location"] = f"/api/v1/submissions/{taken[0].callers_id}"
    return response
