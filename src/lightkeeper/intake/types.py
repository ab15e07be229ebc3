"""Frozen values and enumerations of the room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

from lightkeeper.detect.findings import Match

SCAN: Final = "intake:scan"
"""The kind of work that searches a submission; its subject is the submission."""

DEFAULT_SURFACE: Final = "public"
"""The surface of a submission that names none."""


class Kind(TextChoices):
    """What was submitted."""

    PICTURE = "picture"
    VIDEO = "video"
    URL = "url"
    USER_REPORT = "user_report"


class Word(TextChoices):
    """All that a caller without the scope ``detail`` is told."""

    ACCEPTED = "accepted"
    WITHHELD = "withheld"
    REFUSED = "refused"


class Reason(TextChoices):
    """Why a submission stands where it stands; told to callers with the scope ``detail`` and in the console."""

    WAITING = "waiting"
    NOTHING_FOUND = "nothing_found"
    LIST_MATCH = "list_match"
    LIST_POSSIBLE = "list_possible"
    LIST_UPDATE = "list_update"
    USER_REPORT = "user_report"
    NOT_SEARCHABLE = "not_searchable"
    NOT_READABLE = "not_readable"
    VAULT_DAMAGED = "vault_damaged"
    SURFACE_UNKNOWN = "surface_unknown"
    DETECTION_OFF = "detection_off"
    LEGAL_BASIS_MISSING = "legal_basis_missing"
    LEGAL_BASIS_LAPSED = "legal_basis_lapsed"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class LegalBasis(TextChoices):
    """On what ground a surface is searched."""

    OSA_S66 = "osa_s66", "Online Safety Act 2023, section 66"
    USC_2258A = "usc_2258A", "18 USC 2258A"
    EU_DEROGATION = "eu_derogation", "EU derogation for private communications"
    PUBLIC_CONTENT_TOS = "public_content_tos", "public content, terms of service"
    USER_REPORT = "user_report", "report by a user"
    CONSENT = "consent", "consent"
    NONE = "none", "none"


class ReportReason(TextChoices):
    """Why a user reports something."""

    ABUSE_MATERIAL = "abuse_material"
    SELF_GENERATED = "self_generated"
    COERCED_EXTORTION = "coerced_extortion"
    CONTACT_ABUSE = "contact_abuse"
    AI_GENERATED = "ai_generated"
    NON_PHOTOGRAPHIC = "non_photographic"
    UNKNOWN = "unknown"


class ReportSource(TextChoices):
    """Who reports: the names of ``detection_method``."""

    USER_REPORT = "user_report"
    CHILD_SELF_REPORT = "child_self_report"
    TRUSTED_FLAGGER = "trusted_flagger"


@dataclass(frozen=True, slots=True)
class Caller:
    """The client behind a request, as authenticated."""

    client_id: int
    key_id: str
    detail: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the search of one submission came to.

    ``outcome`` is one of ``detect.findings.Outcome``; ``pdq`` the 32 bytes of the picture's plain hash, None where
    there is none; ``as_of`` the lists' freshness as ISO 8601, ``degraded`` codes of what was not searched.
    """

    outcome: str
    reason: Reason
    matches: tuple[Match, ...] = ()
    withhold: bool = False
    pdq: bytes | None = None
    as_of: str | None = None
    degraded: tuple[str, ...] = ()


class Refused(Exception):  # noqa: N818  # a refusal, told to the caller
    """A request that is answered by a problem: HTTP status, code of the kind of problem, a sentence of what to do."""

    def __init__(self, status: int, code: str, detail: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers or {}
