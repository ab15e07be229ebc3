"""What happens without a request: later list updates, probing, purging, and a worker that is cut off anywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.utils.timezone import now

from lightkeeper.demo import drawings, edits
from lightkeeper.detect.matching.orientations import Orientation, oriented
from lightkeeper.detect.media.pool import Decoded, DecodePool, DecodeStatus
from lightkeeper.intake import finishing, outcomes, probing, submitting
from lightkeeper.intake.identity import uploader_day, uploader_key
from lightkeeper.intake.models import RescanMark, Submission
from lightkeeper.intake.probing import most_alike
from lightkeeper.intake.services import look_for_probing, purge, rescan, scan
from lightkeeper.intake.tests.conftest import LISTED, VETTED_BYTES, import_rows, pdq_of, sha256_of
from lightkeeper.intake.tests.platform import Platform, body_of, picture
from lightkeeper.lists import freshness
from lightkeeper.people.models import Alert
from lightkeeper.record.models import AuditEvent, Item, VaultObject
from lightkeeper.review import derivatives
from lightkeeper.review.models import Case, Finding, Media, Sighting
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import Retry


def test_a_later_list_finds_what_was_clear_when_it_came(platform: Platform) -> None:
    platform.submit("near", picture(60))
    platform.submit("equal", picture(61))
    platform.submit("other", picture(62))
    platform.url("address", "https://pictures.example/later")
    assert rescan() == 0
    import_rows(
        "a vetted list",
        [("pdq", pdq_of(60)), ("sha256", sha256_of(61)), ("url", "https://pictures.example/later")],
    )
    freshness.refresh()
    assert rescan() == 3
    assert rescan() == 0
    told = {name: body_of(platform.get(name, key=platform.detailed)) for name in ("near", "equal", "other", "address")}
    assert [told[name]["outcome"] for name in told] == ["match", "match", "clear", "match"]
    assert told["near"]["reason"] == "list_update"
    assert [told[name]["state"] for name in told] == ["accepted", "withheld", "accepted", "accepted"]
    assert Case.objects.filter(reason="list_update").count() == 3
    assert not VaultObject.objects.exists()


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256"])
def test_a_later_list_of_any_digests_finds_and_withholds(platform: Platform, algorithm: str) -> None:
    platform.submit("waited-for", picture(60))
    platform.submit("searched-later", picture(61), wait=False)
    platform.submit("other", picture(62))
    scan(Submission.objects.get(state="received").pk)
    digests = [hashlib.new(algorithm, picture(number)).hexdigest() for number in (60, 61)]
    import_rows("a vetted list", [(algorithm, digest) for digest in digests])
    freshness.refresh()
    assert rescan() == 2
    told = [body_of(platform.get(name))["state"] for name in ("waited-for", "searched-later", "other")]
    assert told == ["withheld", "withheld", "accepted"]
    assert set(Finding.objects.values_list("algorithm", flat=True)) == {algorithm}


def test_a_later_list_finds_all_eight_orientations(platform: Platform) -> None:
    platform.submit("a", picture(60))
    base = np.frombuffer(bytes.fromhex(pdq_of(60)), np.uint8)[None, :]
    turned = [oriented(base, orientation)[0].tobytes().hex() for orientation in Orientation]
    import_rows("a vetted list", [("pdq", value) for value in turned])
    freshness.refresh()
    assert rescan() == 1
    found = Finding.objects.filter(distance=0)
    assert set(found.values_list("variant", flat=True)) == {orientation.label or "" for orientation in Orientation}
    assert len(Orientation) == found.count() == 8


def test_a_picture_whose_decoder_is_killed_from_outside_is_tried_again_and_found(
    platform: Platform, configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(wait_limit_ms=50)  # nobody decides while somebody waits
    platform.submit("unlucky", picture(LISTED), wait=False)
    submission = Submission.objects.get(state="received")
    real, killed = DecodePool.decode, Decoded(DecodeStatus.WORKER_DIED, "It was killed.", interrupted=True)
    monkeypatch.setattr(DecodePool, "decode", lambda *_: killed)
    with pytest.raises(Retry):
        scan(submission.pk)
    assert body_of(platform.submit("waits", picture(LISTED)))["state"] == "accepted"
    assert set(Submission.objects.values_list("state", flat=True)) == {"received"}
    monkeypatch.setattr(DecodePool, "decode", real)
    for row in Submission.objects.all():
        scan(row.pk)
    assert set(Submission.objects.values_list("outcome", flat=True)) == {"match"}


def test_a_search_of_what_was_clear_goes_on_where_it_was_cut_off(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lightkeeper.intake import rescans

    monkeypatch.setattr(rescans, "BATCH", 2)
    for number in range(60, 65):
        platform.submit(f"s-{number}", picture(number))
    import_rows("a vetted list", [("sha256", sha256_of(number)) for number in (60, 64)])
    freshness.refresh()
    assert rescan(batches=1) == 1
    assert RescanMark.objects.get().position > 0
    assert rescan() == 1
    mark = RescanMark.objects.get()
    assert (mark.position, mark.change) == (0, mark.target)


def test_one_row_that_was_altered_does_not_stop_the_search_of_others(platform: Platform) -> None:
    platform.submit("spoilt", picture(60))
    platform.submit("sound", picture(61))
    Submission.objects.filter(pk=Submission.objects.order_by("pk")[0].pk).update(retained=b"spoilt")
    import_rows("a vetted list", [("sha256", sha256_of(61))])
    freshness.refresh()
    assert rescan() == 1


def alike(number: int, count: int) -> list[bytes]:
    drawing = drawings.drawing(number, (192, 144))
    return [edits.as_jpeg(drawing, quality) for quality in range(60, 60 + count)]


def test_many_near_duplicates_of_one_uploader_raise_one_alert(
    platform: Platform, configure: Callable[..., None]
) -> None:
    configure(probing_limit=4)
    for number, content in enumerate(alike(70, 5)):
        platform.submit(f"a-{number}", content, uploader="prober")
        platform.submit(f"b-{number}", picture(80 + number), uploader="harmless")
    assert look_for_probing() == 1
    assert look_for_probing() == 1
    assert Alert.objects.filter(kind="probing").count() == 1


MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)


def arrived(row: Submission, minutes: float) -> None:
    """As if it had arrived so many minutes after midnight."""
    row.received_at = MIDNIGHT + timedelta(minutes=minutes)
    row.uploader_day = uploader_day(uploader_key(row.client_id, "prober"), row.received_at)
    row.save(update_fields=["received_at", "uploader_day"])


def looked_at(monkeypatch: pytest.MonkeyPatch, minutes: float) -> int:
    monkeypatch.setattr(probing, "now", lambda: MIDNIGHT + timedelta(minutes=minutes))
    return look_for_probing()


def test_probing_is_counted_over_24_hours_across_midnight(
    platform: Platform, configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(probing_limit=4)
    for number, content in enumerate(alike(70, 4)):
        platform.submit(f"a-{number}", content, uploader="prober")
    rows = list(Submission.objects.order_by("pk"))
    for row, minutes in zip(rows, (-20, -10, 1, 2), strict=True):
        arrived(row, minutes)
    assert len({row.uploader_day for row in rows}) == 2
    assert looked_at(monkeypatch, -5) == 0
    assert not Alert.objects.exists()
    assert looked_at(monkeypatch, 5) == 1
    assert Alert.objects.filter(kind="probing").count() == 1
    arrived(rows[0], -24 * 60 + 4)
    assert looked_at(monkeypatch, 5) == 0
    arrived(rows[0], -24 * 60 + 6)
    assert looked_at(monkeypatch, 5) == 1


def test_probing_that_goes_on_over_midnight_is_one_alert(
    platform: Platform, configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(probing_limit=3)
    for number, content in enumerate(alike(70, 4)):
        platform.submit(f"a-{number}", content, uploader="prober")
    for row, minutes in zip(Submission.objects.order_by("pk"), (-4, -3, -2, 2), strict=True):
        arrived(row, minutes)
    assert (looked_at(monkeypatch, -1), looked_at(monkeypatch, 5)) == (1, 1)
    assert Alert.objects.filter(kind="probing").count() == 1


def test_the_same_bytes_again_and_again_are_no_probing(platform: Platform, configure: Callable[..., None]) -> None:
    configure(probing_limit=3)
    for number in range(4):
        platform.submit(f"a-{number}", picture(50), uploader="retries")
    assert look_for_probing() == 0


def test_looking_for_probing_costs_few_statements(
    platform: Platform, configure: Callable[..., None], django_assert_max_num_queries: Callable[..., object]
) -> None:
    configure(probing_limit=3)
    for number in range(6):
        platform.submit(f"a-{number}", picture(50 + number), uploader=f"u-{number % 2}")
    with django_assert_max_num_queries(5):  # type: ignore[attr-defined]
        look_for_probing()


def test_most_alike_counts_the_largest_group() -> None:
    first, far = bytes(32), b"\xff" * 32
    near = b"\x0f" + bytes(31)
    assert most_alike([]) == 0
    assert most_alike([first, far]) == 1
    assert most_alike([first, near, far]) == 2


def test_purging_spares_what_has_a_case_and_frees_its_id_as_that_of_a_clear_one(platform: Platform) -> None:
    """Whoever has no scope detail must not learn from an id's life what was found."""
    told: dict[str, list[tuple[int, bytes]]] = {}
    for name, number in (("clear", 50), ("found", LISTED), ("later", 61)):
        platform.submit(name, picture(number))
    import_rows("a vetted list", [("pdq", pdq_of(61))])
    freshness.refresh()
    assert rescan() == 1
    Submission.objects.update(purge_at=now() - timedelta(seconds=1))
    for number, name in enumerate(("clear", "found", "later")):
        said = {"id": f"r-{number}", "submission": name, "reason": "unknown"}
        answers = [
            platform.get(name),
            platform.send("POST", f"/submissions/{name}/withdraw"),
            platform.send("DELETE", f"/submissions/{name}"),
            platform.json("/user-reports", said),
            platform.submit(name, picture(70), wait=False),
            platform.get(name),
        ]
        told[name] = [(each.status_code, each.content.replace(name.encode(), b"x")) for each in answers]
    assert told["clear"] == told["found"] == told["later"]
    assert [status for status, _ in told["found"]] == [404, 404, 404, 404, 202, 200]
    assert Submission.objects.filter(former=True, case__isnull=False).count() == 2
    assert purge() == 1


def test_an_id_that_is_free_still_finds_its_case_for_who_may_know(platform: Platform) -> None:
    platform.submit("found", picture(LISTED))
    Submission.objects.update(purge_at=now() - timedelta(seconds=1))
    assert purge() == 0
    assert platform.get("found").status_code == 404
    assert body_of(platform.get("found", key=platform.detailed))["outcome"] == "match"
    assert platform.send("DELETE", "/submissions/found").status_code == 404
    assert platform.send("DELETE", "/submissions/found", key=platform.detailed).status_code == 200
    assert platform.submit("found", picture(50)).status_code == 200
    assert body_of(platform.get("found", key=platform.detailed))["outcome"] == "clear"


def test_purging_spares_what_has_a_case(platform: Platform) -> None:
    platform.submit("clear", picture(50))
    platform.submit("found", picture(VETTED_BYTES))
    platform.submit("refused", picture(50), surface="nowhere")
    platform.submit("gone", picture(51))
    platform.send("DELETE", "/submissions/gone")
    Submission.objects.exclude(purge_at=None).update(purge_at=now() - timedelta(seconds=1))
    assert purge() == 3
    assert body_of(platform.get("found"))["state"] == "withheld"
    assert AuditEvent.objects.filter(event="intake:submissions:purged").count() == 1


def test_derivatives_are_made_once_in_the_vault(platform: Platform, keeping: None) -> None:
    platform.submit("a", picture(VETTED_BYTES))
    case = Case.objects.get()
    derivatives.derive(case.items.get().pk)
    derivatives.derive(case.items.get().pk)
    assert sorted(Media.objects.values_list("kind", flat=True)) == ["full", "grey", "original", "tile"]
    assert AuditEvent.objects.filter(event="review:derivative:kept").count() == 3
    assert VaultObject.objects.filter(kind="derivative", destroyed_at=None).count() == 3
    platform.send("DELETE", "/submissions/a")
    assert not VaultObject.objects.filter(destroyed_at=None).exists()


@pytest.fixture(autouse=True)
def _no_pool_is_left() -> Iterator[None]:
    yield
    pool: DecodePool | None = derivatives._pool
    if pool is not None:
        pool.close()
    derivatives._pool = None


class _Killed(BaseException):
    """As if the process had been killed here."""


@contextmanager
def killed(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> Iterator[None]:
    """Everything ends where this function is called."""

    def end(*_: object, **__: object) -> None:
        raise _Killed

    with monkeypatch.context() as patch, pytest.raises(_Killed):  # noqa: PT012  # the block is the test's
        patch.setattr(module, name, end)
        yield


STEPS = [
    (outcomes, "get_or_create_item"),
    (outcomes, "open_or_join_case"),
    (submitting, "write_events"),
    (outcomes, "queue_callback"),
]


@pytest.mark.parametrize(("module", "name"), STEPS)
def test_a_server_that_ends_between_two_steps_leaves_nothing_half_done(
    platform: Platform, keeping: None, monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    platform.get("nothing")
    with killed(monkeypatch, module, name):
        platform.submit("a", picture(VETTED_BYTES))
    for model in (Submission, Case, Sighting, Finding, Item, VaultObject, Work):
        assert not model.objects.exists(), model
    assert not AuditEvent.objects.filter(event__regex="^(intake|review|record:object)").exists()
    assert platform.submit("a", picture(VETTED_BYTES)).status_code == 200
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("module", "name"), [*STEPS[:2], (finishing, "write_events"), STEPS[3], (finishing, "finish_current")]
)
def test_a_worker_that_ends_between_two_steps_leaves_the_submission_as_it_was(
    platform: Platform, keeping: None, monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    platform.submit("a", picture(VETTED_BYTES), wait=False)
    row = Submission.objects.get()
    with killed(monkeypatch, module, name):
        scan(row.pk)
    assert Submission.objects.get().state == "received"
    assert not Case.objects.exists()
    assert VaultObject.objects.get().destroyed_at is None
    scan(row.pk)
    assert (Submission.objects.get().state, Case.objects.count()) == ("finished", 1)
    assert AuditEvent.objects.filter(event="intake:submission:finished").count() == 1


def test_a_damaged_object_has_an_outcome_and_is_still_looked_up_by_digest(platform: Platform) -> None:
    from lightkeeper.record import vault_files

    for name, number in (("clear", 50), ("known", VETTED_BYTES)):
        platform.submit(name, picture(number), wait=False)
    for kept in VaultObject.objects.all():
        vault_files.remove(kept.uuid)
    for row in Submission.objects.all():
        scan(row.pk)
    clear = body_of(platform.get("clear", key=platform.detailed))
    assert (clear["outcome"], clear["reason"]) == ("unreadable", "vault_damaged")
    assert body_of(platform.get("known"))["state"] == "withheld"
    assert AuditEvent.objects.filter(event="record:object:damaged").exists()
    assert hashlib.sha256(picture(50)).hexdigest() != sha256_of(VETTED_BYTES)
