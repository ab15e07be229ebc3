"""The pages about other people's accounts: who has one, with which role and rights."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lightkeeper.people import accounts, content_grants, links, matrix
from lightkeeper.people import person_queries as queries
from lightkeeper.people.errors import PeopleError
from lightkeeper.people.forms import GrantForm, InviteForm, RoleForm
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, actor_of, in_transaction, may, requires, sensitive
from lightkeeper.people.types import LinkPurpose, Role
from lightkeeper.record.types import Actor


@requires(Permission.PERSON_READ)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who has an account."""
    context = {"people": queries.people(), "manages": may(request.user, Permission.PERSON_MANAGE)}
    return render(request, "people/people.html", context)


@requires(Permission.PERSON_READ)
@require_safe
def permissions(request: HttpRequest) -> HttpResponse:
    """Which role may do what."""
    rows = [
        (permission, [matrix.holds(role, permission) for role in Role], permission in matrix.CONTENT)
        for permission in matrix.MATRIX
    ]
    return render(request, "people/permissions.html", {"roles": list(Role), "rows": rows})


@requires(Permission.PERSON_READ)
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person, and what may be done about their account."""
    return render(request, "people/person.html", _person_context(request, get_object_or_404(Person, pk=pk)))


def _person_context(request: HttpRequest, someone: Person) -> dict[str, object]:
    oneself = someone == request.user
    return {
        "who": someone,
        "oneself": oneself,
        "second_factor": queries.has_second_factor(someone),
        "grant": queries.open_grant(someone),
        "grants": queries.past_grants(someone),
        "sessions": queries.sessions_of(someone, current=None),
        "rights": queries.rights_of(someone),
        "may_see_content": any(matrix.holds(someone.role, permission) for permission in matrix.CONTENT),
        "manages": not oneself and may(request.user, Permission.PERSON_MANAGE),
        "grants_content": not oneself and may(request.user, Permission.CONTENT_GRANT),
        "role_form": RoleForm(initial={"role": someone.role}),
        "grant_form": GrantForm(),
    }


@requires(Permission.PERSON_MANAGE)
@sensitive
@in_transaction
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Make an account, and show its link once."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            by = actor_of(request)
            someone = accounts.invite_person(email=data["email"], name=data["name"], role=Role(data["role"]), by=by)
            url = links.make_link(someone, purpose=LinkPurpose.INVITE, by=by)
        except PeopleError as error:
            form.add_error(None, str(error))
        else:
            return render(request, "people/link_made.html", {"who": someone, "url": url})
    return render(request, "people/invite.html", {"form": form})


@requires(Permission.PERSON_MANAGE)
@sensitive
@require_POST
def make_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a new link for somebody whose invitation ran out or who forgot the password; show it once."""
    someone = get_object_or_404(Person, pk=pk)
    try:
        url = links.make_link(someone, purpose=LinkPurpose.INVITE, by=actor_of(request))
    except PeopleError as error:
        messages.error(request, str(error))
        return redirect("people:person", pk=pk)
    return render(request, "people/link_made.html", {"who": someone, "url": url})


def _act(request: HttpRequest, pk: int, act: Callable[[Person, Actor], object], done: str) -> HttpResponse:
    """Carry out one act on one person, say how it went, and go back to the page about them."""
    someone = get_object_or_404(Person, pk=pk)
    try:
        act(someone, actor_of(request))
    except PeopleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done % {"name": someone.name})
    return redirect("people:person", pk=pk)


@requires(Permission.PERSON_MANAGE)
@sensitive
@require_POST
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give another role."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles."))
        return redirect("people:person", pk=pk)
    role = Role(form.cleaned_data["role"])

    def act(someone: Person, by: Actor) -> None:
        accounts.change_role(someone, role=role, by=by)

    done = _("%(name)s is now %(role)s. A right to see content has ended, if there was one.")
    return _act(request, pk, act, done.replace("%(role)s", str(role.label)))


@requires(Permission.PERSON_MANAGE)
@sensitive
@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut an account."""
    done = _("The account of %(name)s is shut, and all its sessions have ended.")
    return _act(request, pk, lambda someone, by: accounts.deactivate(someone, by=by), done)


@requires(Permission.PERSON_MANAGE)
@sensitive
@require_POST
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an account again."""
    return _act(
        request, pk, lambda someone, by: accounts.activate(someone, by=by), _("The account of %(name)s is open.")
    )


@requires(Permission.PERSON_MANAGE)
@require_POST
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget failed sign-ins."""
    return _act(request, pk, lambda someone, by: accounts.unlock(someone, by=by), _("%(name)s can try again at once."))


@requires(Permission.PERSON_MANAGE)
@require_POST
def end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """End all sessions of somebody."""
    return _act(
        request,
        pk,
        lambda someone, by: accounts.end_sessions(someone, by=by),
        _("All sessions of %(name)s have ended."),
    )


@requires(Permission.PERSON_MANAGE)
@sensitive
@require_POST
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a lost second factor."""
    done = _("The second factor of %(name)s is removed; the next sign-in leads to a new one.")
    return _act(request, pk, lambda someone, by: accounts.reset_second_factor(someone, by=by), done)


@requires(Permission.CONTENT_GRANT)
@sensitive
@require_POST
def give_content_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody see content."""
    reason = request.POST.get("reason", "")

    def act(someone: Person, by: Actor) -> None:
        content_grants.give_content_grant(someone, reason=reason, by=by)

    return _act(request, pk, act, _("%(name)s may see content now, as soon as a second factor is set up."))


@requires(Permission.CONTENT_GRANT)
@require_POST
def end_content_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """End that right."""
    done = _("%(name)s may not see content any more.")
    return _act(request, pk, lambda someone, by: content_grants.end_content_grant(someone, by=by), done)
