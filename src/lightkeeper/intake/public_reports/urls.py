"""Addresses of the public pages, and of triage."""

from __future__ import annotations

from django.urls import path

from lightkeeper.intake.public_reports import triage_views, views
from lightkeeper.intake.public_reports.states import Voice

app_name = "public_report"
urlpatterns = [
    path("report/", views.start, name="start"),
    path("report/child/", views.form, {"voice": Voice.CHILD.value}, name="child"),
    path("report/adult/", views.form, {"voice": Voice.ADULT.value}, name="adult"),
    path("report/ticket/", views.ticket, name="ticket"),
    path("public-reports/", triage_views.reports, name="reports"),
    path("public-reports/close-spam/", triage_views.close_spam, name="close_spam"),
    path("public-reports/<uuid:public>/", triage_views.report, name="report"),
    path("public-reports/<uuid:public>/show/", triage_views.show, name="show"),
    path("public-reports/<uuid:public>/contact/", triage_views.contact, name="contact"),
    path("public-reports/<uuid:public>/pass-on/", triage_views.pass_on, name="pass_on"),
    path("public-reports/<uuid:public>/fold/", triage_views.fold, name="fold"),
    path("public-reports/<uuid:public>/close/", triage_views.close, name="close"),
]
