"""The room ``figures`` as Django sees it."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """What is counted: the yearly report, transparency, how well the tools serve."""

    name = "lightkeeper.figures"
    label = "figures"
