"""The room ``runtime`` as Django sees it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class RuntimeConfig(AppConfig):
    """What rooms run on: keys and encryption, work rows and workers, signed and guarded outbound HTTP."""

    name = "lightkeeper.runtime"
    label = "runtime"

    def ready(self) -> None:
        """Register every room's jobs, and forget keys when the database may have become another one."""
        from lightkeeper.runtime.crypto.purposes import forget_keys

        post_migrate.connect(forget_keys, dispatch_uid="runtime:forget-keys")
        autodiscover_modules("jobs")
