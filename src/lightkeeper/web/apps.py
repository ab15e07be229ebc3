"""The room ``web`` as Django sees it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, API wiring, templates and static files; no decision is made here."""

    name = "lightkeeper.web"
    label = "web"
