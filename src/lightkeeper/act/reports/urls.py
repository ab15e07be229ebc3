"""Addresses of the pages of reports."""

from __future__ import annotations

from django.urls import path

from lightkeeper.act.reports import views

app_name = "report"
urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("cases/<uuid:public>/report/", views.draft, name="draft"),
    path("reports/<uuid:public>/", views.report, name="report"),
    path("reports/<uuid:public>/hand-in/", views.hand_in, name="hand_in"),
    path("reports/<uuid:public>/approve/", views.approve, name="approve"),
    path("reports/<uuid:public>/discard/", views.discard, name="discard"),
    path("reports/<uuid:public>/correct/", views.correct, name="correct"),
    path("reports/<uuid:public>/batch/", views.batch, name="batch"),
    path("reports/<uuid:public>/people/", views.people, name="people"),
    path("reports/<uuid:public>/victims/", views.victims, name="victims"),
    path("reports/<uuid:public>/resume/", views.resume, name="resume"),
    path("reports/<uuid:public>/supplement/", views.supplement, name="supplement"),
]
