"""The legal switch: which surfaces may be searched today, and why not."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.detect.conversations.thresholds import HIGHEST_REVIEW, LOWEST_REVIEW
from lightkeeper.intake.models import Surface
from lightkeeper.intake.types import DEFAULT_SURFACE, LegalBasis, Reason
from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.services import raise_alert
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject

CACHE_SECONDS: Final = 2.0
NOTICE: Final = timedelta(days=14)
"""How long before a basis lapses somebody is told."""


class SurfaceError(Exception):
    """What was asked about a surface cannot be done; the message is a sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for one surface, as it was read."""

    private: bool
    legal_basis: str
    basis_until: date | None
    detection: bool

    def refusal(self, today: date) -> Reason | None:
        """Why it may not be searched on this day, None if it may."""
        if not self.detection:
            return Reason.DETECTION_OFF
        if self.legal_basis == LegalBasis.NONE or (self.private and self.basis_until is None):
            return Reason.LEGAL_BASIS_MISSING
        if self.basis_until is not None and today > self.basis_until:
            return Reason.LEGAL_BASIS_LAPSED
        return None


_PUBLIC: Final = Standing(
    private=False, legal_basis=LegalBasis.PUBLIC_CONTENT_TOS.value, basis_until=None, detection=True
)
"""What holds for the surface of public content until somebody sets it otherwise."""


class _Known:
    """All surfaces of this installation, at most ``CACHE_SECONDS`` old."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._by_name: dict[str, Standing] = {}

    def get(self, name: str) -> Standing | None:
        if time.monotonic() >= self._until:
            with self._lock:
                if time.monotonic() >= self._until:
                    until = time.monotonic() + CACHE_SECONDS
                    self._by_name = {row.name: standing(row) for row in Surface.objects.all()}
                    self._until = until
        return self._by_name.get(name)

    def forget(self) -> None:
        self._until = 0.0


_known = _Known()
forget_surfaces = _known.forget


def standing(row: Surface) -> Standing:
    """What holds for a surface."""
    return Standing(row.private, row.legal_basis, row.basis_until, row.detection)


def refusal(name: str, *, visibility: str | None) -> Reason | None:
    """Why a submission from this surface may not be searched now, None if it may.

    What its sender calls private is searched only on a surface that is known to be private.
    """
    known = _known.get(name) or (_PUBLIC if name == DEFAULT_SURFACE else None)
    if known is None:
        return Reason.SURFACE_UNKNOWN
    if visibility == "private" and not known.private:
        return Reason.LEGAL_BASIS_MISSING
    return known.refusal(now().date())


@transaction.atomic
def set_surface(
    *,
    name: str,
    private: bool,
    legal_basis: LegalBasis,
    basis_until: date | None,
    detection: bool,
    actor: Actor,
    review_from: float | None = None,
    create: bool = False,
) -> Surface:
    """Make a surface or change one. Raises SurfaceError with a sentence for what cannot be."""
    if review_from is not None and not LOWEST_REVIEW <= review_from <= HIGHEST_REVIEW:
        raise SurfaceError(
            _("The score from which conversations come before a person is from %(least)s to %(most)s.")
            % {"least": LOWEST_REVIEW, "most": HIGHEST_REVIEW}
        )
    if detection and legal_basis == LegalBasis.NONE:
        raise SurfaceError(
            _("A surface without a legal basis cannot be searched: choose one, or switch detection off.")
        )
    if detection and private and basis_until is None:
        raise SurfaceError(_("A private surface needs the last day on which its legal basis holds."))
    row = Surface.objects.select_for_update().filter(name=name).first()
    if create and row is not None:
        raise SurfaceError(_("There is a surface of this name already: change that one."))
    row = row or Surface(name=name)
    row.private, row.legal_basis, row.basis_until, row.detection = private, legal_basis, basis_until, detection
    row.review_from, row.changed_at = review_from, now()
    row.save()
    write_event(
        Event.INTAKE_SURFACE_CHANGED,
        actor=actor,
        subject=Subject("surface", str(row.pk)),
        details={
            "private": private,
            "basis": legal_basis.value.lower(),
            "detection": detection,
            "review_hundredths": None if review_from is None else round(review_from * 100),
            "until": None if basis_until is None else basis_until.isoformat(),
        },
    )
    transaction.on_commit(forget_surfaces)
    return row


def warn_of_lapsing() -> int:
    """Tell whoever is on call of each searched surface whose basis has lapsed or does soon. Gives their number."""
    soon = now().date() + NOTICE
    rows = list(Surface.objects.filter(Q(basis_until__lte=soon), detection=True))
    for row in rows:
        with transaction.atomic():
            raise_alert(
                AlertKind.LEGAL_BASIS_LAPSING,
                key=f"surface:{row.pk}:{row.basis_until}",
                urgent=False,
                path="/surfaces/",
                details={"surface": row.pk},
            )
    return len(rows)
