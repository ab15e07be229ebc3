"""A page with two veils and nothing else, beside all real addresses: for tests of the script alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import path

from lightkeeper.people.permissions import Permission, person_of, requires
from lightkeeper.review.models import CaseItem
from lightkeeper.review.queries import veil_of
from lightkeeper.web.urls import handler400, handler403, handler404, handler500
from lightkeeper.web.urls import urlpatterns as real

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

PAGE = """{% extends "base.html" %}{% load static %}
{% block title %}Veils{% endblock %}
{% block content %}<h1>Veils</h1>
{% include "review/veil.html" with veil=picture %}
{% include "review/veil.html" with veil=text %}
<button type="button">Elsewhere</button>
<script src="{% static 'reveal.js' %}" defer></script>{% endblock %}"""


@requires(Permission.CONTENT_REVEAL)
def veils(request: HttpRequest, number: int) -> HttpResponse:
    """An item's picture and text, veiled."""
    row, person = CaseItem.objects.select_related("case").get(pk=number), person_of(request)
    context = {"picture": veil_of(row, person), "text": veil_of(row, person, "text")}
    return HttpResponse(Template(PAGE).render(RequestContext(request, context)))


urlpatterns = [*real, path("veils/<int:number>/", veils)]
