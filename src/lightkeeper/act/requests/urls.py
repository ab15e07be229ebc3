"""Addresses of the pages of requests of authorities."""

from __future__ import annotations

from django.urls import path

from lightkeeper.act.requests import views

app_name = "request"
urlpatterns = [
    path("requests/", views.requests, name="requests"),
    path("requests/new/", views.register, name="register"),
    path("requests/<uuid:public>/", views.request, name="request"),
    path("requests/<uuid:public>/take-up/", views.take_up, name="take_up"),
    path("requests/<uuid:public>/confirm/", views.confirm, name="confirm"),
    path("requests/<uuid:public>/about/", views.about, name="about"),
    path("requests/<uuid:public>/extend/", views.extend, name="extend"),
    path("requests/<uuid:public>/renew/", views.renew, name="renew"),
    path("requests/<uuid:public>/end/", views.end, name="end"),
    path("requests/<uuid:public>/approve/", views.approve, name="approve"),
    path("requests/<uuid:public>/send-back/", views.send_back, name="send_back"),
    path("requests/<uuid:public>/withdraw/", views.withdraw, name="withdraw"),
    path("requests/<uuid:public>/hand-over/", views.hand_over, name="hand_over"),
    path("requests/<uuid:public>/export/", views.prepare_export, name="prepare_export"),
    path("requests/<uuid:public>/export/release/", views.release_export, name="release_export"),
    path("requests/<uuid:public>/export/drop/", views.drop_export, name="drop_export"),
]
