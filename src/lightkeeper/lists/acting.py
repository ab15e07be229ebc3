"""One act on a page of its own: its form, what it means, and what comes after it. What is refused says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lightkeeper.lists.types import ListRefused

Do = Callable[[dict[str, Any]], str]
"""Does what a valid form asks for and gives the sentence that says so. Raises ListRefused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What the page of an act says, and where it leads: ``back`` where it is left, ``after`` (``back``) when done."""

    title: str
    button: str
    back: str
    intro: str = ""
    after: str = ""
    danger: bool = False
    files: bool = False


def act(request: HttpRequest, form: Form, page: Act, do: Do) -> HttpResponse:
    """Show the form, or do what it asks; 422 where that is refused, with the reason."""
    if request.method == "POST" and form.is_valid():
        try:
            said = do(form.cleaned_data)
        except ListRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, said)
            return redirect(page.after or page.back)
    return render(request, "lists/act.html", {"form": form, "act": page}, status=422 if form.is_bound else 200)


def asked(request: HttpRequest) -> Any:
    """What was sent, None where the form is only to be shown."""
    return request.POST if request.method == "POST" else None
