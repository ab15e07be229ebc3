"""The pages of exchanges: where lists are fetched from, how that went, and setting it up. No credential is shown."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lightkeeper.lists import exchange_queries as queries
from lightkeeper.lists import services
from lightkeeper.lists.acting import Act, act, asked
from lightkeeper.lists.exchange_forms import FORMS, ConfirmForm, CredentialsForm
from lightkeeper.lists.exchanges import asking
from lightkeeper.lists.models import Exchange
from lightkeeper.lists.types import ExchangeKind
from lightkeeper.lists.views import METHODS, list_or_404
from lightkeeper.people.permissions import Permission, actor_of, may, requires, sensitive

SHOWN: Final = 200
"""Records set aside on one page."""


@requires(Permission.LIST_READ)
@require_safe
def exchanges(request: HttpRequest) -> HttpResponse:
    """Every list that is fetched, and how the last fetch went."""
    last = queries.last_runs()
    rows = [(one, last.get(one.list_id)) for one in asking.all_exchanges()]
    context = {"rows": rows, "here": "exchanges", "changes": may(request.user, Permission.LIST_CHANGE)}
    return render(request, "lists/exchanges.html", context)


@requires(Permission.LIST_READ)
@require_safe
def exchange(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one list is fetched from, each fetch, and what its source was told; or the kinds that can be set up."""
    row, found = list_or_404(pk), asking.exchange_of(pk)
    context: dict[str, Any] = {"list": row, "exchange": found, "changes": may(request.user, Permission.LIST_CHANGE)}
    if found is None:
        return render(request, "lists/exchange_kinds.html", {**context, "kinds": queries.kinds()})
    context |= {
        "kind": queries.kind_info(ExchangeKind(found.kind)),
        "options": _shown(found),
        "runs": asking.sync_runs(found.pk),
        "feedback": asking.feedback_of(pk),
        "feedback_counts": queries.feedback_counts(pk),
    }
    return render(request, "lists/exchange.html", context)


def _shown(found: Exchange) -> list[tuple[str, str]]:
    """The options as texts; those that are empty are left out."""
    texts = []
    for name, value in found.options.items():
        if isinstance(value, dict):
            value = ", ".join(f"{one} = {other}" for one, other in value.items())
        if value not in ("", None):
            texts.append((name, str(value)))
    return texts


@requires(Permission.LIST_READ)
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One fetch: its counts, its one line, and the records that could not be used."""
    found = queries.run_of(pk)
    if found is None:
        raise Http404
    context = {"run": found, "list": found.exchange.list, "set_asides": asking.set_asides(pk, limit=SHOWN)}
    return render(request, "lists/run.html", context)


@requires(Permission.LIST_CHANGE)
@sensitive
@METHODS
def set_up(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Say where a list comes from, or change it."""
    row, found = list_or_404(pk), asking.exchange_of(pk)
    if kind not in ExchangeKind.values or (found is not None and found.kind != kind):
        raise Http404
    form_class, of = FORMS[ExchangeKind(kind)], ExchangeKind(kind)
    initial = {}
    if found is not None:
        initial = {
            **form_class.initial_of(found.options), "every_minutes": found.every_minutes, "enabled": found.enabled,
            "feedback": found.feedback,
        }  # fmt: skip
    form = form_class(asked(request), initial=initial)

    def do(data: dict[str, Any]) -> str:
        services.set_exchange(
            pk, of, form.options(), actor=actor_of(request), every_minutes=data["every_minutes"],
            enabled=data["enabled"], feedback=data.get("feedback", False),
        )  # fmt: skip
        return _("It is set up.")

    title = _("Fetch %(name)s from: %(kind)s") % {"name": row.name, "kind": of.label}
    intro = _("With other options everything is fetched anew; what is there stays meanwhile.") if found else ""
    return act(request, form, Act(title=title, button=_("Set it up"), back=_of(pk), intro=intro), do)


@requires(Permission.LIST_CHANGE)
@sensitive
@METHODS
def credentials(request: HttpRequest, pk: int) -> HttpResponse:
    """Set what the source knows us by."""
    found = _found(pk)

    def do(data: dict[str, Any]) -> str:
        given = {name: str(value) for name, value in data.items()}
        services.set_credentials(found.pk, given, actor=actor_of(request))
        return _("The credentials are set.")

    page = Act(
        title=_("Credentials for %(name)s") % {"name": found.list.name}, button=_("Set them"), back=_of(pk),
        intro=_("They take the place of all that were set. They are kept encrypted and never shown again."),
    )  # fmt: skip
    return act(request, CredentialsForm(asked(request), of=ExchangeKind(found.kind)), page, do)


@requires(Permission.LIST_CHANGE)
@sensitive
@METHODS
def sync_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a list fetched now."""
    found = _found(pk)

    def do(_data: dict[str, Any]) -> str:
        services.sync_now(found.pk, actor=actor_of(request))
        return _("It is fetched as soon as a worker is free.")

    page = Act(title=_("Fetch %(name)s now?") % {"name": found.list.name}, button=_("Fetch it now"), back=_of(pk))
    return act(request, _NoForm(asked(request)), page, do)


@requires(Permission.LIST_CHANGE)
@sensitive
@METHODS
def anew(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget how far a list was fetched."""
    found = _found(pk)

    def do(_data: dict[str, Any]) -> str:
        services.fetch_anew(found.pk, actor=actor_of(request))
        return _("The next sync begins at the beginning.")

    page = Act(
        title=_("Fetch all of %(name)s again?") % {"name": found.list.name}, button=_("Forget the checkpoint"),
        back=_of(pk), danger=True,
        intro=_("The next sync asks the source for everything, which may take long. Entries stay as they are."),
    )  # fmt: skip
    return act(request, ConfirmForm(asked(request)), page, do)


@requires(Permission.LIST_CHANGE)
@sensitive
@METHODS
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch a list no more."""
    found = _found(pk)

    def do(_data: dict[str, Any]) -> str:
        services.remove_exchange(found.pk, actor=actor_of(request))
        return _("The list is fetched no more.")

    page = Act(
        title=_("Fetch %(name)s no more?") % {"name": found.list.name}, button=_("Fetch it no more"), back=_of(pk),
        danger=True, intro=_("Its credentials and its history of syncs are destroyed; its entries stay searched for."),
    )  # fmt: skip
    return act(request, ConfirmForm(asked(request)), page, do)


class _NoForm(ConfirmForm):
    """An act that needs no more than its button."""

    sure = None  # type: ignore[assignment]


def _found(pk: int) -> Exchange:
    found = asking.exchange_of(pk)
    if found is None:
        raise Http404
    return found


def _of(pk: int) -> str:
    return reverse("lists:exchange", args=[pk])
