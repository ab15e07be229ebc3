"""The room ``lists`` as Django sees it."""

from django.apps import AppConfig


class ListsConfig(AppConfig):
    """What is known: lists and their encrypted entries, and the index that all processes keep fresh."""

    name = "lightkeeper.lists"
    label = "lists"
