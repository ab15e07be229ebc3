"""The room ``intake`` as Django sees it."""

from django.apps import AppConfig
from django.core.checks import register


class IntakeConfig(AppConfig):
    """What arrives: submissions, their scan, their outcome; surfaces and their legal basis."""

    name = "lightkeeper.intake"
    label = "intake"

    def ready(self) -> None:
        """Django's: what is looked at before the service starts."""
        from lightkeeper.intake.moments.checking import own_texts
        from lightkeeper.intake.public_reports.words import own_words

        register(own_texts)
        register(own_words)
