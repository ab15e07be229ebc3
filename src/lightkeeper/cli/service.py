"""What every verb of the service does first: make Django ready, and say in a sentence why it cannot be."""

from __future__ import annotations

import os

from lightkeeper.cli.exits import CommandError

NEEDS_SERVICE = "this needs the service: pip install 'lightkeeper[service]'"


def django(*, database: bool = True) -> None:
    """Make Django ready for a verb; with ``database`` also see that the database answers.

    CommandError: the extra ``service`` is not installed, a setting is wrong, a key cannot be used, or the database does
    not answer.
    """
    try:
        import django as framework
    except ModuleNotFoundError as error:
        raise CommandError(NEEDS_SERVICE) from error
    from lightkeeper.configuration import ConfigurationError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lightkeeper.settings")
    try:
        framework.setup()
    except ConfigurationError as error:
        raise CommandError(str(error)) from error
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("lightkeeper"):
            raise
        raise CommandError(f"{NEEDS_SERVICE} ({error.name} is not installed)") from error
    if database:
        _reach_database()


def _reach_database() -> None:
    from django.conf import settings
    from django.db import Error, connection

    folder = settings.LIGHTKEEPER["data_dir"]
    if connection.vendor == "sqlite" and not folder.is_dir():
        raise CommandError(
            f"the data directory {folder} is not there: run `lightkeeper init` to make an installation,"
            " or set LIGHTKEEPER_DATA_DIR to the one that there is"
        )
    try:
        connection.ensure_connection()
    except Error as error:  # the text could repeat the address with its password
        where = connection.settings_dict
        place = f"{where['HOST']}:{where['PORT'] or 5432}" if connection.vendor == "postgresql" else where["NAME"]
        raise CommandError(
            f"the database ({place}) does not answer; see that it runs and that LIGHTKEEPER_DATABASE_URL"
            " or LIGHTKEEPER_DATA_DIR is right (`lightkeeper init` makes a new installation)"
        ) from error
