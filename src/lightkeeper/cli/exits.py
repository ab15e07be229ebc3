"""Exit codes, and the error that a verb raises when it cannot do what was asked."""

from __future__ import annotations

from typing import Final

EXIT_OK: Final = 0
EXIT_BROKEN: Final = 1
EXIT_USAGE: Final = 2
EXIT_MATCH: Final = 3
EXIT_UNREADABLE: Final = 4
EXIT_INTERRUPTED: Final = 130
EXIT_PIPE: Final = 141
EXIT_TERMINATED: Final = 143


class CommandError(Exception):
    """What was asked cannot be done; the message is one sentence for the person who asked (exit code 2)."""
