"""The room ``record`` as Django sees it."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """What is kept and proved: items, the vault, the audit chain, legal holds, under whose authority."""

    name = "lightkeeper.record"
    label = "record"
