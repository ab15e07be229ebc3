"""The room ``intake`` as Django sees it."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """What arrives: submissions, their scan, their outcome; surfaces and their legal basis."""

    name = "lightkeeper.intake"
    label = "intake"
