"""Addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from lightkeeper.intake import views

app_name = "intake"
urlpatterns = [
    path("surfaces/", views.surfaces, name="surfaces"),
    path("surfaces/new/", views.new_surface, name="new_surface"),
    path("surfaces/<int:pk>/", views.change_surface, name="change_surface"),
]
