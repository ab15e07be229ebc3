"""All addresses: each room's pages, and the API. Every view says who may see it (``people/permissions.py``)."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from lightkeeper.web import api, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls()),
    path("", views.home, name="home"),
    path("", include("lightkeeper.people.sign_in_urls")),
    path("", include("lightkeeper.people.urls")),
    path("", include("lightkeeper.web.record_pages")),
    path("", include("lightkeeper.web.retention_pages")),
    path("", include("lightkeeper.web.work_pages")),
    path("", include("lightkeeper.web.list_pages")),
    path("", include("lightkeeper.act.urls")),
    path("", include("lightkeeper.intake.urls")),
    path("", include("lightkeeper.intake.public_reports.urls")),
    path("", include("lightkeeper.web.queue_pages")),
    path("", include("lightkeeper.web.case_urls")),
    path("", include("lightkeeper.web.action_pages")),
    path("", include("lightkeeper.web.party_pages")),
    path("", include("lightkeeper.web.correction_pages")),
    path("", include("lightkeeper.act.reports.urls")),
    path("", include("lightkeeper.act.requests.urls")),
    path("", include("lightkeeper.act.takedowns.urls")),
    path("", include("lightkeeper.web.load_pages")),
    path("", include("lightkeeper.web.oversight_pages")),
    path("", include("lightkeeper.web.figure_pages")),
    path("", include("lightkeeper.web.now_page")),
    path("", include("lightkeeper.web.transparency_pages")),
    path("", include("lightkeeper.web.hma.urls")),
]

handler400 = "lightkeeper.web.errors.bad_request"
handler403 = "lightkeeper.web.errors.forbidden"
handler404 = "lightkeeper.web.errors.not_found"
handler500 = "lightkeeper.web.errors.server_error"
