"""The room ``act`` as Django sees it."""

from django.apps import AppConfig


class ActConfig(AppConfig):
    """What follows a decision: signed callbacks to the platform."""

    name = "lightkeeper.act"
    label = "act"
