"""Addresses of the public pages, and of triage."""

from __future__ import annotations

from django.urls import path

from lightkeeper.intake.public_reports import views
from lightkeeper.intake.public_reports.states import Voice

app_name = "public_report"
urlpatterns = [
    path("report/", views.start, name="start"),
    path("report/child/", views.form, {"voice": Voice.CHILD.value}, name="child"),
    path("report/adult/", views.form, {"voice": Voice.ADULT.value}, name="adult"),
    path("report/ticket/", views.ticket, name="ticket"),
]
