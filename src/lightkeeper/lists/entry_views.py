"""Acts on entries: added by hand, disputed, quarantined, withdrawn, restored, by number or by value. None is shown."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from lightkeeper.lists import queries, services
from lightkeeper.lists.acting import Act, act, asked
from lightkeeper.lists.entry_forms import AddForm, MoveByValueForm, MoveForm
from lightkeeper.lists.models import Entry
from lightkeeper.lists.types import EntryState, ListRefused
from lightkeeper.lists.uploads import ListUploadHandler
from lightkeeper.lists.views import METHODS, list_or_404, of
from lightkeeper.people.permissions import Permission, actor_of, requires, sensitive

SHOWN = 20
"""Lines that an error names."""


@requires(Permission.LIST_CHANGE)
@sensitive
@csrf_exempt  # the check comes below: it reads the form, and our handler has to be there before that
@METHODS
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add entries: pasted lines, or a file of them that lies on no disk."""
    handler = ListUploadHandler(request)
    request.upload_handlers = [handler]
    return _add(request, pk, handler)


@csrf_protect
def _add(request: HttpRequest, pk: int, handler: ListUploadHandler) -> HttpResponse:
    row = list_or_404(pk)

    def do(data: dict[str, Any]) -> str:
        if handler.too_large:
            raise ListRefused(_("That is too much; import a list file."))
        given = [new for _line, new in services.read_lines(data["text"])]
        count = len(services.add_entries(pk, given, reason=data["reason"], actor=actor_of(request)))
        said = ngettext("%(count)s value is in the list now.", "%(count)s values are in the list now.", count)
        return said % {"count": count}

    page = Act(
        title=_("Add entries to %(name)s") % {"name": row.name}, button=_("Add them"), back=of(row), files=True,
        intro=_("Up to a thousand at once, all or none. What is there stays as it is: restoring is an act of its own."),
    )  # fmt: skip
    files = request.FILES if request.method == "POST" else None
    return act(request, AddForm(asked(request), files), page, do)


@requires(Permission.LIST_CHANGE)
@sensitive
@METHODS
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one entry in another state, with a reason."""
    entry = Entry.objects.filter(pk=pk).exclude(state=EntryState.STAGED).first()
    if entry is None:
        raise Http404
    state = EntryState(entry.state)

    def do(data: dict[str, Any]) -> str:
        services.move_entry(pk, EntryState(data["state"]), reason=data["reason"], actor=actor_of(request))
        return _("Entry %(number)s: %(state)s; every process follows within seconds.") % {
            "number": pk, "state": data["state"]
        }  # fmt: skip

    back = reverse("lists:entry", args=[pk])
    after = reverse("lists:quarantine") if state is EntryState.QUARANTINED else back
    page = Act(title=_("Entry %(number)s") % {"number": pk}, button=_("Do it"), back=back, after=after)
    initial = {"state": request.GET.get("to", "")}
    return act(request, MoveForm(asked(request), of=state, initial=initial), page, do)


@requires(Permission.LIST_CHANGE)
@sensitive
@METHODS
def move_by_value(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the entries with these values in another state: all, or where a line is not in the list none."""
    row = list_or_404(pk)

    def do(data: dict[str, Any]) -> str:
        lines, state = services.read_lines(data["lines"]), EntryState(data["state"])
        if not lines:
            raise ListRefused(_("No value was given."))
        found = queries.entries_with(pk, [new for _line, new in lines])
        _all_there([line for (line, _new), entries in zip(lines, found, strict=True) if not entries])
        wanted = {key for entries in found for key, now in entries if now != state}
        with transaction.atomic():
            for key in sorted(wanted):
                services.move_entry(key, state, reason=data["reason"], actor=actor_of(request))
        said = ngettext("%(count)s entry is %(state)s now.", "%(count)s entries are %(state)s now.", len(wanted))
        return said % {"count": len(wanted), "state": state}

    page = Act(
        title=_("Entries of %(name)s by value") % {"name": row.name}, button=_("Do it"), back=of(row),
        intro=_("They are found by the keyed hash of their values. Where one is not in this list nothing is done."),
    )  # fmt: skip
    return act(request, MoveByValueForm(asked(request)), page, do)


def _all_there(missing: list[int]) -> None:
    """Raise ListRefused where lines are missing, by their numbers."""
    if missing:
        shown = ", ".join(map(str, missing[:SHOWN])) + (" …" if len(missing) > SHOWN else "")
        raise ListRefused(_("Nothing was done. Not in this list: line %(lines)s.") % {"lines": shown})
