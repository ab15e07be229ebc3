"""The case page, and what is done from it: grade, undo, agree, settle alone, open again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lightkeeper.act.services import add_to_list, propose_decision
from lightkeeper.act.types import ContributionRefused, DecisionError
from lightkeeper.lists.types import ListRefused
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, actor_of, in_transaction, person_of, requires
from lightkeeper.record.types import ItemKind
from lightkeeper.review.models import Case, CaseItem, Grade
from lightkeeper.review.queries import ItemState, awaits, lease_held_by, offered, proposal_of
from lightkeeper.review.services import (
    GradeError,
    Judgement,
    NotYours,
    break_glass,
    confirm_consensus,
    mark_evidence,
    reopen_case,
    submit_grade,
    take,
    undo_grade,
)
from lightkeeper.review.types import GradePart
from lightkeeper.runtime.services import whole_number
from lightkeeper.web.case_forms import GradeForm
from lightkeeper.web.case_view_models import page as shown_to
from lightkeeper.web.case_view_models import url_of
from lightkeeper.web.conversation_pages import conversation_page

Act = Callable[[HttpRequest, CaseItem], HttpResponse]
View = Callable[[HttpRequest, UUID, int], HttpResponse]


@requires(Permission.CASE_READ)
@require_safe
@never_cache
def page(request: HttpRequest, public: UUID) -> HttpResponse:
    """A case: its evidence, its items under their veils, and what this person can do."""
    case = get_object_or_404(Case, public=public)
    shown = shown_to(case, person_of(request), request.GET.get("item", ""))
    return _rendered(request, shown)


def _rendered(request: HttpRequest, shown: dict[str, Any]) -> HttpResponse:
    """The page of the open item: a conversation has one of its own."""
    item: CaseItem = shown["item"]
    if item.item.kind == ItemKind.CONVERSATION:
        return conversation_page(request, item, shown)
    return render(request, "case/page.html", shown)


def _of_item(act: Act) -> View:
    """Find the item; tell refusals as messages on its page, and lead whoever comes back to the address there."""

    @wraps(act)
    def view(request: HttpRequest, public: UUID, position: int) -> HttpResponse:
        rows = CaseItem.objects.select_related("case", "item", "reopens")
        item = get_object_or_404(rows, case__public=public, position=position)
        if request.method != "POST":
            return redirect(url_of(item.case, position))
        try:
            return act(request, item)
        except (GradeError, DecisionError, NotYours) as refusal:
            for sentence in _sentences(refusal):
                messages.error(request, sentence)
            return redirect(url_of(item.case, position))

    return view


@requires(Permission.CASE_GRADE)
@require_http_methods(["GET", "HEAD", "POST"])
@_of_item
def grade(request: HttpRequest, item: CaseItem) -> HttpResponse:
    """Grade an item by the form, or confirm what is offered; then the next item, or the queue."""
    person = person_of(request)
    if request.POST.get("confirm"):
        _confirm_offer(item, person, request.POST["confirm"])
        return _onward(item.case, person)
    form = GradeForm(request.POST, case_item=item, person=person)
    if form.is_valid():
        before = _offered_grade(item, form)
        try:
            _grade(item, person, form.judgement(), before, form.evidence)
        except (GradeError, DecisionError, NotYours) as refusal:
            for sentence in _sentences(refusal):
                form.add_error(_field_of(refusal), sentence)
            form.renew(offered(item))
        else:
            return _onward(item.case, person)
    shown = shown_to(item.case, person, str(item.position), form)
    if shown["form"] is None:  # the item does not wait for them any more
        messages.error(request, _("Nothing was sent: this item does not wait for your grade now."))
        shown["unsent"] = form.note
    return _rendered(request, shown)


def _field_of(refusal: Exception) -> str | None:
    return "proposed" if isinstance(refusal, DecisionError) else None


@requires(Permission.CASE_GRADE)
@require_http_methods(["GET", "HEAD", "POST"])
@_of_item
@in_transaction
def consensus(request: HttpRequest, item: CaseItem) -> HttpResponse:
    """Confirm what the other of two who disagree proposed."""
    person, proposed = person_of(request), proposal_of(item)
    if proposed is None or str(proposed.public) != request.POST.get("proposal"):
        raise GradeError(_("There is another proposal by now; look at it again."))
    made = confirm_consensus(case_item=item, person=person)
    propose_decision(grade=made, person=person)
    return _onward(item.case, person)


@requires(Permission.CASE_GRADE)
@require_http_methods(["GET", "HEAD", "POST"])
@_of_item
@in_transaction
def alone(request: HttpRequest, item: CaseItem) -> HttpResponse:
    """Settle alone, by one's own grade, what has waited for another person for too long."""
    person = person_of(request)
    made = break_glass(case_item=item, person=person, reason=request.POST.get("reason", ""))
    propose_decision(grade=made, person=person)
    return redirect(url_of(item.case, item.position))


@requires(Permission.CASE_REOPEN)
@require_http_methods(["GET", "HEAD", "POST"])
@_of_item
def reopen(request: HttpRequest, item: CaseItem) -> HttpResponse:
    """Put a settled item before people again, as a new case."""
    case = reopen_case(item, request.POST.get("reason", ""), actor_of(request))
    messages.success(request, _("The item is before people again, in this new case."))
    return redirect(url_of(case))


@requires(Permission.LIST_CONTRIBUTE)
@require_http_methods(["GET", "HEAD", "POST"])
@_of_item
def add_to_own_list(request: HttpRequest, item: CaseItem) -> HttpResponse:
    """Add a settled item to a list of our own."""
    chosen = whole_number(request.POST.get("list", "")) or 0
    try:
        count = add_to_list(item, chosen, reason=request.POST.get("reason", ""), person=person_of(request))
    except (ContributionRefused, ListRefused) as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext("%(count)s value is on the list now.", "%(count)s values are on the list now.", count)
        messages.success(request, said % {"count": count})
    return redirect(url_of(item.case, item.position))


@requires(Permission.CASE_GRADE)
@require_POST
def undo(request: HttpRequest, public: UUID, grade: UUID) -> HttpResponse:
    """Undo one's own grade within its minute, and have the case again if nobody else took it."""
    person = person_of(request)
    rows = Grade.objects.select_related("case_item__case")
    # A grade of somebody else is not there for this person: what they do to it must not tell whether it is.
    made = get_object_or_404(rows, case_item__case__public=public, public=grade, person=person)
    item = made.case_item
    try:
        undo_grade(made, person)
    except GradeError as refusal:
        messages.error(request, str(refusal))
        return redirect(url_of(item.case, item.position))
    messages.success(request, _("Undone: the item waits again."))
    _take_back(request, item.case, person)
    return redirect(url_of(item.case, item.position))


@transaction.atomic
def _grade(
    item: CaseItem, person: Person, judgement: Judgement, before: Grade | None, evidence: tuple[bytes, ...] = ()
) -> None:
    """The grade and the decision that goes with it, and marks of evidence: all, or none."""
    for message in evidence:
        mark_evidence(case_item=item, person=person, message=message)
    made = submit_grade(case_item=item, person=person, judgement=judgement, offered=before)
    propose_decision(grade=made, person=person)


def _confirm_offer(item: CaseItem, person: Person, public: str) -> None:
    offer = offered(item)
    if offer is None or str(offer.grade.public) != public:
        raise GradeError(_("This grade is no longer offered; look at the case again."))
    judgement = dataclasses.replace(offer.judgement, confidence="sure", part=GradePart.FIRST)
    _grade(item, person, judgement, offer.grade)


def _offered_grade(item: CaseItem, form: GradeForm) -> Grade | None:
    """The offered grade that the form was filled in with, as long as it is what is offered."""
    public = form.offered_public
    return Grade.objects.filter(public=public).exclude(case_item=item).first() if public else None


def _onward(case: Case, person: Person) -> HttpResponse:
    """The next item of the case that waits for this person, while the case is theirs; else the queue."""
    lease = lease_held_by(person)
    if lease is not None and lease.case_id == case.pk:
        for item in case.items.exclude(state=ItemState.SETTLED).select_related("case").order_by("position"):
            if awaits(item, person):
                return redirect(url_of(case, item.position))
    return redirect("review:queue")


def _take_back(request: HttpRequest, case: Case, person: Person) -> None:
    if lease_held_by(person) is not None:
        return
    try:
        take(case, person, how="undone")
    except NotYours as refusal:
        messages.info(request, str(refusal))


def _sentences(refusal: Exception) -> tuple[str, ...]:
    return refusal.sentences if isinstance(refusal, GradeError) else (str(refusal),)
