"""The room ``review`` as Django sees it."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """What a person has to decide: cases and their findings."""

    name = "lightkeeper.review"
    label = "review"
