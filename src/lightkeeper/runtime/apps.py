"""The room ``runtime`` as Django sees it."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class RuntimeConfig(AppConfig):
    """What rooms run on: keys and encryption, work rows and workers, signed and guarded outbound HTTP."""

    name = "lightkeeper.runtime"
    label = "runtime"

    def ready(self) -> None:
        """Register every room's jobs, and forget keys when the database may have become another one."""
        from lightkeeper.runtime.crypto.purposes import forget_keys
        from lightkeeper.runtime.work import waking

        post_migrate.connect(forget_keys, dispatch_uid="runtime:forget-keys")
        if apps.is_installed("procrastinate.contrib.django"):
            from lightkeeper.runtime.work.calling import call

            waking.add_caller(call)
        autodiscover_modules("jobs")
