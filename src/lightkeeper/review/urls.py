"""Addresses of the room: the queue and leases, reveals, protection and load, quality, and who saw what."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "review"
urlpatterns: list[URLPattern | URLResolver] = []
