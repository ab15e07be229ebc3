"""What can go wrong in the room. No message holds content, names or identifiers of callers."""

from __future__ import annotations

from lightkeeper.record.types import Damage


class VaultError(Exception):
    """An object of the vault cannot be read."""


class VaultObjectDestroyedError(VaultError):
    """The object was destroyed; there is nothing left to read."""


class VaultObjectDamagedError(VaultError):
    """The file of an object is not as it was written. It was reported; nothing of it may be used."""

    damage: Damage

    def __init__(self, number: int | None) -> None:
        name = "An incoming object" if number is None else f"Object {number}"
        super().__init__(f"{name} of the vault is {self.damage.value}.")


class VaultObjectMissing(VaultObjectDamagedError):  # noqa: N818  # what is wrong, said plainly
    """There is no file."""

    damage = Damage.MISSING


class VaultObjectTruncated(VaultObjectDamagedError):  # noqa: N818
    """The file ends early."""

    damage = Damage.TRUNCATED


class VaultObjectAltered(VaultObjectDamagedError):  # noqa: N818
    """The file, its key or its digest is another one."""

    damage = Damage.ALTERED


class ItemTooLarge(Exception):  # noqa: N818
    """More bytes arrived than are accepted."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The item is larger than the {limit} bytes that are accepted.")
        self.limit = limit


class HeldError(Exception):
    """A legal hold forbids to destroy or erase this."""

    def __init__(self, hold: int) -> None:
        super().__init__(f"Legal hold {hold} forbids this until somebody lifts it.")
        self.hold = hold


class DestructionLogError(Exception):
    """What is given as the destruction log is none, or not as it was written; the message says where."""


class ChainError(Exception):
    """The audit trail cannot be sealed, signed or read as it stands; the message says why."""


class PolicyError(Exception):
    """A policy that cannot be put in force; the message says what is wrong with it."""
