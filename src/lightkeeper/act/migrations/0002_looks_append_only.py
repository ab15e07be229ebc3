"""The database refuses to change who looked at what is known of a possible victim."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from lightkeeper.record.services import table_drop_statements, table_statements


def create(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in table_statements(schema_editor.connection.vendor, "act_victimlook", ("id",)):
        schema_editor.execute(statement, params=None)


def drop(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in table_drop_statements(schema_editor.connection.vendor, "act_victimlook"):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("act", "0001_initial"), ("record", "0002_append_only")]
    operations = [migrations.RunPython(create, drop)]
