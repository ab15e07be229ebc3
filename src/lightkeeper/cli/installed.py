"""What the verbs do first that work on an installation: open it, and say in a sentence why that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lightkeeper.cli import service
from lightkeeper.cli.exits import CommandError
from lightkeeper.cli.upgrade import refuse_half_restored, refuse_newer

if TYPE_CHECKING:
    from lightkeeper.configuration import Configuration


def open_installation() -> None:
    """Make Django ready, and refuse what ``require_installed`` refuses. Raises CommandError."""
    service.django()
    from django.conf import settings

    require_installed(settings.LIGHTKEEPER)


def require_installed(configuration: Configuration) -> None:
    """Refuse to go on without keys, on a database that is not made, or one of another version. Raises CommandError."""
    from lightkeeper import installation

    refuse_half_restored()
    missing = list(installation.missing_keys(configuration))
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise CommandError(f"{' and '.join(missing)} {verb} missing: run `lightkeeper init`, or put the file back")
    found = installation.migrations()
    refuse_newer(found)
    if not found.applied:
        raise CommandError("nothing is set up here yet: run `lightkeeper init`")
    if found.pending:
        raise CommandError(
            f"the database lacks {len(found.pending)} changes of this version: run `lightkeeper upgrade`"
        )
    from lightkeeper.runtime.services import KeyUnusableError, SealError, derived_key

    try:
        derived_key("installation")  # fails where the master key is not that of this database
    except (KeyUnusableError, SealError) as error:
        raise CommandError(f"the master key cannot be used: {error}") from error
