"""The surface of public content is there from the beginning."""

from typing import Any

from django.db import migrations
from django.utils.timezone import now


def add(apps: Any, _: Any) -> None:
    apps.get_model("intake", "Surface").objects.get_or_create(
        name="public",
        defaults={"private": False, "legal_basis": "public_content_tos", "detection": True, "changed_at": now()},
    )


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
