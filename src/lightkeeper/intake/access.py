"""Whose key a request has, what it may do, and whether something is left of what it may spend."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from lightkeeper.intake.shares import take_share
from lightkeeper.intake.types import Refused
from lightkeeper.people.client_types import AuthenticatedClient, KeyRefused, Scope, SpendKind
from lightkeeper.people.services import authenticate, spend


class Key(HttpBearer):
    """A key with one scope, and something left of what it may spend: ``Authorization: Bearer lk_…``."""

    openapi_description = "A key of a client, with the scope that the operation names."

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> AuthenticatedClient:
        """Authenticate a request. Raises Refused (401, 403, 429)."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not text:
            raise _unauthorised("Send your key: Authorization: Bearer lk_…")
        return self.authenticate(request, text.strip())

    def authenticate(self, request: HttpRequest, token: str) -> AuthenticatedClient:
        """Say whose key it is and count the request. Raises Refused (401, 403, 429)."""
        try:
            client = authenticate(token)
        except KeyRefused as refused:
            raise _unauthorised(f"This key is not accepted ({refused.code}).") from None
        if self.scope not in client.scopes:
            raise Refused(403, "scope-missing", f"This key has not the scope {self.scope.value}.")
        take_share(request, client.key_id)
        spend_or_refuse(client, SpendKind.REQUEST, 1)
        return client


def spend_or_refuse(client: AuthenticatedClient, kind: SpendKind, amount: int) -> None:
    """Spend of what a key may. Raises Refused (429) where too little is left."""
    allowance = spend(client.key_id, kind, amount)
    if not allowance.ok:
        what = "requests of this minute" if kind is SpendKind.REQUEST else "look-ups of this day"
        raise Refused(
            429,
            "spent",
            f"The {what} that this key may make are used up. Wait as long as Retry-After says.",
            headers={"Retry-After": str(allowance.retry_after)},
        )


def _unauthorised(detail: str) -> Refused:
    return Refused(401, "unauthorised", detail, headers={"WWW-Authenticate": "Bearer"})
