"""Addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from lightkeeper.lists import views

app_name = "lists"
urlpatterns = [
    path("lists/", views.lists, name="lists"),
    path("lists/import/", views.import_file, name="import"),
    path("lists/<int:pk>/", views.one_list, name="list"),
    path("lists/<int:pk>/status/", views.change_status, name="change_status"),
    path("lists/<int:pk>/radius/", views.change_radius, name="change_radius"),
]
