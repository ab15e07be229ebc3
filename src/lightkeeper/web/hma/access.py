"""Who may ask, and how errors are told: a key stands in the base address, since callers of HMA send none.

``https://host/hma/<key>/`` is the base address that such a caller is given. The key is one of an API client, with its
scopes, rate and daily look-ups. Addresses are never logged (``lightkeeper.logs``), so the key is in no log of ours; a
proxy in front needs the same care, which ``docs/hma.md`` says.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase

from lightkeeper.intake import problems
from lightkeeper.intake.api import Key, spend_or_refuse
from lightkeeper.intake.types import Refused
from lightkeeper.lists.types import ListRefused
from lightkeeper.people.client_types import AuthenticatedClient, Scope, SpendKind
from lightkeeper.people.permissions import public
from lightkeeper.record.types import Actor, ActorKind

PREFIX = "/hma/"
View = Callable[..., HttpResponseBase]


def answered(**methods: tuple[Scope, View]) -> View:
    """One address: for each method the scope that a key needs, and what answers it with (request, client, …).

    Raises Http404 where the setting ``hma`` is off: then there is nothing at these addresses.
    """

    def view(request: HttpRequest, key: str, **arguments: Any) -> HttpResponseBase:
        if not settings.LIGHTKEEPER["hma"]:
            raise Http404
        try:
            if request.method not in methods:
                allowed = ", ".join(sorted(methods))
                raise Refused(405, "method", f"This address knows {allowed} only.", headers={"Allow": allowed})
            scope, act = methods[request.method]
            return act(request, Key(scope).authenticate(request, key), **arguments)
        except ListRefused as refused:
            return problems.problem(400, "list", str(refused))
        except Exception as error:  # noqa: BLE001  # whatever it is, the caller gets a problem and the log a line
            return problems.of_exception(error)

    return public(view)


def looks_up(act: View) -> View:
    """Count one look-up against the key's budget of the day before it is made. Raises Refused (429)."""

    @wraps(act)
    def counted(request: HttpRequest, client: AuthenticatedClient, **arguments: Any) -> HttpResponseBase:
        spend_or_refuse(client, SpendKind.LOOKUP, 1)
        return act(request, client, **arguments)

    return counted


def actor_of(client: AuthenticatedClient) -> Actor:
    """The client, as the audit trail names it."""
    return Actor(ActorKind.CLIENT, str(client.client_id))
