"""Pictures, videos and addresses are taken in: each gets its one outcome, and what must not be kept is not."""

from __future__ import annotations

import hashlib

import pytest

from lightkeeper.intake.models import Submission
from lightkeeper.intake.tests.conftest import LISTED, LISTED_URL, TRIAL, VETTED_BYTES
from lightkeeper.intake.tests.platform import Platform, body_of, edited, picture
from lightkeeper.record.models import AuditEvent, Item, VaultObject
from lightkeeper.review.models import Case, Finding, Media, Sighting
from lightkeeper.review.services import context_of
from lightkeeper.runtime.models import Work


def test_a_clear_picture_leaves_one_row_with_one_sealed_value(platform: Platform) -> None:
    answer = platform.submit("clear-1", picture(50), key=platform.detailed, uploader="somebody")
    assert answer.status_code == 200
    assert body_of(answer) == {
        "id": "clear-1",
        "state": "accepted",
        "outcome": "clear",
        "withhold": False,
        "case_id": None,
        "reason": "nothing_found",
        "allowed": False,
        "lists_as_of": body_of(answer)["lists_as_of"],
        "degraded": [],
        "decision": None,
        "label": None,
    }
    row = Submission.objects.get()
    assert (row.state, row.item, row.case, row.vault_object, row.arrival) == ("finished", None, None, None, None)
    assert row.purge_at is not None
    assert b"clear-1" not in bytes(row.retained or b"")
    assert not Item.objects.exists()
    assert not VaultObject.objects.exists()
    assert not Case.objects.exists()
    assert AuditEvent.objects.filter(event="intake:submission:finished").count() == 1


def test_a_match_opens_a_case_with_the_evidence(platform: Platform, keeping: None) -> None:
    said = {"account_age_days": 2, "country": "GB", "address": "192.0.2.7"}
    answer = body_of(platform.submit("m-1", edited(LISTED), key=platform.detailed, uploader="u-9", context=said))
    case = Case.objects.get()
    assert (answer["outcome"], answer["withhold"], answer["case_id"]) == ("match", False, str(case.public))
    assert (case.state, case.reason) == ("waiting", "list_match")
    found = Finding.objects.get()
    assert (found.list_name, found.algorithm, found.tier) == ("a vetted list", "pdq", "match")
    assert found.distance <= 31
    context = context_of(Sighting.objects.get()) or {}
    assert (context["callers_id"], context["uploader"], context["context"]) == ("m-1", "u-9", said)
    assert Media.objects.get().kind == "original"
    assert VaultObject.objects.get().destroyed_at is None
    assert Work.objects.filter(kind="review:derive", subject=case.items.get().pk).count() == 1


def test_in_hash_only_mode_a_match_keeps_no_bytes(platform: Platform) -> None:
    answer = body_of(platform.submit("m-1", edited(LISTED), key=platform.detailed))
    assert answer["outcome"] == "match"
    assert Case.objects.count() == 1
    assert not VaultObject.objects.exists()
    assert not Work.objects.filter(kind="review:derive").exists()


def test_only_equal_bytes_of_a_vetted_list_withhold(platform: Platform) -> None:
    assert body_of(platform.submit("a", picture(VETTED_BYTES)))["state"] == "withheld"
    # Distance 0 of a perceptual hash is not equality.
    assert body_of(platform.submit("b", picture(LISTED)))["state"] == "accepted"
    assert Case.objects.count() == 2


def test_a_list_on_trial_tells_nobody(platform: Platform) -> None:
    answer = body_of(platform.submit("a", picture(TRIAL), key=platform.detailed))
    assert (answer["outcome"], answer["case_id"]) == ("clear", None)
    assert not Case.objects.exists()


def test_the_same_item_joins_the_case_that_waits(platform: Platform, keeping: None) -> None:
    platform.submit("a", picture(VETTED_BYTES))
    platform.submit("b", picture(VETTED_BYTES))
    case = Case.objects.get()
    assert case.sightings.count() == 2
    assert case.items.get().media.count() == 1
    assert VaultObject.objects.filter(destroyed_at=None).count() == 1
    assert AuditEvent.objects.filter(event="review:case:joined").count() == 1


def test_a_video_is_searched_by_digests_and_says_so(platform: Platform) -> None:
    clear = body_of(platform.submit("v", b"\0\0\0\x18ftypmp42 something", kind="video", key=platform.detailed))
    assert (clear["outcome"], clear["degraded"]) == ("unmatchable", ["video_frames"])
    listed = body_of(platform.submit("w", picture(VETTED_BYTES), kind="video", key=platform.detailed))
    assert (listed["outcome"], listed["withhold"]) == ("match", True)


def test_what_is_no_picture_has_an_outcome_too(platform: Platform) -> None:
    answer = body_of(platform.submit("x", b"no picture at all", key=platform.detailed))
    assert (answer["outcome"], answer["reason"]) == ("unmatchable", "not_searchable")
    cut = body_of(platform.submit("y", picture(50)[:300], key=platform.detailed))
    assert cut["outcome"] in {"unreadable", "unmatchable", "clear"}


def test_an_address_is_matched_by_its_canonical_form(platform: Platform) -> None:
    clear = body_of(platform.url("u-1", "https://pictures.example/other", key=platform.detailed))
    assert clear["outcome"] == "clear"
    listed = body_of(platform.url("u-2", LISTED_URL.replace("https", "HTTP") + "#top", key=platform.detailed))
    assert (listed["outcome"], listed["withhold"]) == ("match", False)
    assert Item.objects.get().kind == "url"
    odd = body_of(platform.url("u-3", "mailto:somebody@platform.example", key=platform.detailed))
    assert odd["outcome"] in {"unreadable", "clear"}


def test_without_wait_the_bytes_lie_in_the_vault_until_a_worker_has_searched_them(platform: Platform) -> None:
    from lightkeeper.intake.services import scan

    answer = platform.submit("later", picture(50), wait=False, key=platform.detailed)
    assert answer.status_code == 202
    assert answer["Location"] == "/api/v1/submissions/later"
    assert body_of(answer)["outcome"] is None
    row = Submission.objects.get()
    work = Work.objects.get(kind="intake:scan")
    assert (row.state, work.subject) == ("received", row.pk)
    assert VaultObject.objects.filter(destroyed_at=None).count() == 1
    scan(row.pk)
    scan(row.pk)
    assert body_of(platform.get("later", key=platform.detailed))["outcome"] == "clear"
    assert not VaultObject.objects.filter(destroyed_at=None).exists()
    assert AuditEvent.objects.filter(event="intake:submission:finished").count() == 1


@pytest.mark.parametrize("number", [LISTED, VETTED_BYTES])
def test_a_worker_opens_the_same_case_as_the_server(platform: Platform, keeping: None, number: int) -> None:
    from lightkeeper.intake.services import scan

    platform.submit("later", picture(number), wait=False)
    scan(Submission.objects.get().pk)
    assert Media.objects.get().kind == "original"
    assert Submission.objects.get().vault_object is None
    assert VaultObject.objects.get().destroyed_at is None
    expected = "withheld" if number == VETTED_BYTES else "accepted"
    assert body_of(platform.get("later"))["state"] == expected


def test_bytes_that_do_not_fit_into_memory_go_through_the_vault(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lightkeeper.intake import uploads
    from lightkeeper.record import vault_files

    monkeypatch.setattr(uploads, "SMALL", 100)
    before = set(vault_files.incoming_folder().iterdir())
    answer = body_of(platform.submit("big", picture(50), key=platform.detailed))
    assert answer["outcome"] == "clear"
    assert set(vault_files.incoming_folder().iterdir()) == before
    assert not VaultObject.objects.exists()


def test_memory_of_uploads_is_given_back(platform: Platform) -> None:
    from lightkeeper.intake.uploads import BUDGET, IN_MEMORY

    platform.submit("a", picture(50))
    platform.submit("b", picture(VETTED_BYTES))
    platform.submit("c", b"x" * (2 << 20))
    assert BUDGET.take(IN_MEMORY)
    BUDGET.give(IN_MEMORY)


def test_the_digests_of_a_match_are_those_of_the_bytes(platform: Platform) -> None:
    platform.submit("a", picture(VETTED_BYTES))
    digests = (context_of(Sighting.objects.get()) or {})["digests"]
    assert digests == {
        name: hashlib.new(name, picture(VETTED_BYTES), usedforsecurity=False).hexdigest()
        for name in ("sha256", "sha1", "md5")
    }
