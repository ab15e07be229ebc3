"""The room ``people`` as Django sees it."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Who may do what: accounts, roles, sign-in; API clients and their keys; who is on call."""

    name = "lightkeeper.people"
    label = "people"

    def ready(self) -> None:
        """Listen to what allauth and axes tell of."""
        from lightkeeper.people import signals

        signals.connect()
