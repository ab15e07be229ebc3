"""What was erased after a backup is nowhere in the database that is restored from it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils.timezone import now

from lightkeeper.backups.destructions import Again
from lightkeeper.backups.making import make
from lightkeeper.backups.restoring import restore
from lightkeeper.backups.tests.places import elsewhere
from lightkeeper.detect.conversations.keys import Key, KeyKind, pair_key
from lightkeeper.detect.conversations.pair import PairState
from lightkeeper.detect.conversations.sender import Contact, SenderState
from lightkeeper.intake.conversations import rows
from lightkeeper.intake.conversations.models import ConversationCase, ConversationState
from lightkeeper.intake.models import Submission
from lightkeeper.intake.states import State
from lightkeeper.intake.tests.platform import Platform, picture
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.record.services import bring_log_up, keyed, log_path, place_hold, seal_pending
from lightkeeper.record.types import HoldBasis, Subject
from lightkeeper.review.conversations.tests.made import found, item_of, pair
from lightkeeper.review.conversations.texts import PURPOSE, purge_text
from lightkeeper.review.models import CaseItem, ConversationText, Sighting
from lightkeeper.review.types import TextState
from lightkeeper.runtime.services import seal

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def words_of(item: CaseItem) -> bytes:
    """Keep words of a conversation; gives what stands in the database for them."""
    sealed = seal(PURPOSE, b"are you home alone?")
    ConversationText.objects.create(
        case_item=item, person=make_person(), state=TextState.KEPT, sealed=sealed, messages=1, asked_at=now(),
        ended_at=now(),
    )  # fmt: skip
    return sealed


def case_of(platform: Platform, sender: str) -> CaseItem:
    """A case of a conversation that this person wrote in to bo."""
    index = pair(sender, client=platform.client_id)
    ref = found(platform.client_id, pair=index)
    who, other = (keyed(platform.client_id, "person", name) for name in (sender, "bo"))
    ConversationCase.objects.create(case_id=ref.id, pair=index, sender=who, recipient=other)
    return item_of(ref)


def states_of(platform: Platform) -> list[bytes]:
    """Rows of ann's state and of bo's, who wrote with ann; gives what names ann in the database."""
    ann, bo = (keyed(platform.client_id, "person", name) for name in ("ann", "bo"))
    sender = SenderState()
    sender.put(ann, Contact(1, 0, 0, 0))
    made = {
        Key(KeyKind.SENDER, ann): SenderState().pack(),
        Key(KeyKind.SENDER, bo): sender.pack(),
        pair_key(ann, bo): PairState().pack(),
    }
    rows.write(made, {}, at=now(), expires_on=now().date())
    return [ann]


def in_database(marker: bytes) -> bool:
    """Whether these bytes are anywhere in what the database keeps on the disk, or in its rows where it is elsewhere."""
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        return any(marker in file.read_bytes() for file in Path(name).parent.glob(f"{Path(name).name}*"))
    with connection.cursor() as cursor:
        for model in (ConversationState, ConversationCase, ConversationText, Sighting, Submission):
            table = model._meta.db_table
            cursor.execute(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE %s", [f"%{marker.hex()}%"])
            if cursor.fetchone() != (0,):
                return True
    return False


@pytest.mark.usefixtures("keeping")
def test_what_was_erased_since_is_nowhere_in_the_restored_database(
    platform: Platform, tmp_path: Path, settings: LazySettings
) -> None:
    settings.DATA_DIR = tmp_path / "live"
    assert platform.submit("one", picture(1)).status_code < 300
    submission = Submission.objects.get()
    closed, theirs, stays = case_of(platform, "kim"), case_of(platform, "ann"), case_of(platform, "sam")
    kept = words_of(stays)
    context = Sighting.objects.get(case_item=theirs).context
    gone = [
        bytes(submission.retained or b""), words_of(closed), words_of(theirs), bytes(context or b""),
        *states_of(platform),
    ]  # fmt: skip
    assert all(len(marker) >= 16 for marker in gone)
    seal_pending()
    make(tmp_path / "backups", at=AT)

    assert platform.send("DELETE", "/submissions/one").status_code < 300
    assert platform.send("DELETE", "/conversations/persons/ann").status_code == 200
    assert purge_text(closed)
    seal_pending()
    bring_log_up()
    log = tmp_path / "apart.log"
    log.write_bytes(log_path().read_bytes())
    assert b"home alone" not in log.read_bytes()
    assert b'"ann"' not in log.read_bytes()

    with elsewhere(settings, tmp_path / "other"):
        restore(tmp_path / "backups", log=None, statement="A. Keeper: to see what a backup has", at=AT)
        assert [in_database(marker) for marker in (*gone, kept)] == [True] * (len(gone) + 1)
    with elsewhere(settings, tmp_path / "third"):
        done = restore(tmp_path / "backups", log=log, at=AT)
        assert done.again == Again(done=3)
        assert [in_database(marker) for marker in (*gone, kept)] == [False] * len(gone) + [True]
        assert Submission.objects.get().state == State.ERASED
        assert done.trail.ok


def test_a_hold_of_the_backups_time_is_said(platform: Platform, tmp_path: Path, settings: LazySettings) -> None:
    settings.DATA_DIR = tmp_path / "live"
    settings.DATA_DIR.mkdir()
    case = case_of(platform, "ann").case_id
    by = make_person().actor
    hold = place_hold(subject=Subject("case", str(case)), basis=HoldBasis.COURT_ORDER, reference="C 1/26", by=by)
    seal_pending()
    make(tmp_path / "backups", at=AT)
    hold.delete()
    assert platform.send("DELETE", "/conversations/persons/ann").status_code == 200
    seal_pending()
    bring_log_up()
    log = log_path()
    with elsewhere(settings, tmp_path / "other"):
        assert restore(tmp_path / "backups", log=log, at=AT).again == Again(held=1)
        assert ConversationCase.objects.filter(case=case).exists()
