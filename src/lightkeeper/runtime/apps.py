"""The room ``runtime`` as Django sees it."""

from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    """What rooms run on: keys and encryption, work rows and workers, signed and guarded outbound HTTP."""

    name = "lightkeeper.runtime"
    label = "runtime"
