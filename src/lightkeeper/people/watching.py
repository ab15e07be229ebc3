"""What raises an alert by itself: damage that the record tells of, and work that was given up."""

from __future__ import annotations

from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.alerts import raise_alert
from lightkeeper.people.models import Alert
from lightkeeper.record.types import EventRow
from lightkeeper.runtime import queries as runtime


def object_damaged(event: EventRow) -> None:
    """One alert for all damage until it is closed: one broken disk damages many objects."""
    raise_alert(AlertKind.VAULT_DAMAGE, key="vault_damage", urgent=True, path=f"/audit/?event={event.event.value}")


def audit_broken(event: EventRow) -> None:
    """The trail does not verify: somebody changed it, or lost a part."""
    raise_alert(AlertKind.AUDIT_BREAK, key="audit_break", urgent=True, path=f"/audit/?event={event.event.value}")


def dead_letters() -> None:
    """One alert for each kind of work, and a new one only for what was given up after the last."""
    for kind in runtime.dead_kinds():
        key = f"dead_letters:{kind.kind}"
        last = Alert.objects.filter(key=key).order_by("-pk").first()
        if last is None or kind.newest > last.last_raised_at:
            raise_alert(AlertKind.DEAD_LETTERS, key=key, urgent=False, path="/work/", details={"count": kind.count})
