"""What matches is noted for its entry; floods are broken; what an allow-list won over is said to whoever may know."""

from __future__ import annotations

import io

import pytest

from lightkeeper.intake.rescans import rescan
from lightkeeper.intake.tests.conftest import VETTED_BYTES, import_rows, pdq_of, sha256_of
from lightkeeper.intake.tests.platform import OPERATOR, Platform, body_of, picture
from lightkeeper.lists import services
from lightkeeper.lists.models import Entry, HashList, Hit
from lightkeeper.lists.types import EntryState, ListPurpose, ListStatus
from lightkeeper.people.models import Alert
from lightkeeper.review.models import Case

NUMBER = 61


def allow(*rows: tuple[str, str]) -> None:
    """Import an allow-list."""
    text = "algorithm,value\n" + "".join(f"{algorithm},{value}\n" for algorithm, value in rows)
    services.import_list(
        io.BytesIO(text.encode()), name="harmless", status=ListStatus.VETTED, purpose=ListPurpose.ALLOW, actor=OPERATOR
    )


def test_a_hit_is_noted_once_an_uploader_and_item(platform: Platform) -> None:
    content = picture(VETTED_BYTES)
    platform.submit("one", content, uploader="a")
    platform.submit("two", content, uploader="a")
    platform.submit("three", content, uploader="b")
    platform.submit("four", content)
    platform.submit("five", content)
    hits = list(Hit.objects.filter(entry__algorithm="sha256"))
    assert len(hits) == 4  # a, b, and two of which no uploader is known
    assert len({bytes(hit.item) for hit in hits}) == 1
    assert len({bytes(hit.uploader) for hit in hits}) == 4


def test_an_entry_that_many_uploaders_match_is_quarantined_and_then_matches_nothing(platform: Platform) -> None:
    import_rows("floods", [("pdq", pdq_of(NUMBER))], status=ListStatus.VETTED)
    services.set_flood_uploaders(HashList.objects.get(name="floods").pk, 3, actor=OPERATOR)
    for number in range(3):
        answer = platform.submit(f"s-{number}", picture(NUMBER), key=platform.detailed, uploader=f"u-{number}")
        assert body_of(answer)["outcome"] == "match"
    assert Entry.objects.get(list__name="floods").state == EntryState.QUARANTINED
    assert Alert.objects.get(kind="entry_flooded").urgent is False
    answer = platform.submit("later", picture(NUMBER), key=platform.detailed, uploader="u-9")
    assert body_of(answer)["outcome"] == "clear"


def test_what_a_later_list_finds_is_noted_too(platform: Platform) -> None:
    platform.submit("early", picture(NUMBER), uploader="a")
    import_rows("later", [("sha256", sha256_of(NUMBER))], status=ListStatus.VETTED)
    assert rescan() == 1
    assert Hit.objects.filter(entry__list__name="later").count() == 1


def test_a_disputed_entry_opens_a_case_and_withholds_nothing(platform: Platform) -> None:
    import_rows("doubted", [("sha256", sha256_of(NUMBER))], status=ListStatus.VETTED)
    entry = Entry.objects.get(list__name="doubted")
    services.move_entry(entry.pk, EntryState.DISPUTED, reason="it looks like a beach", actor=OPERATOR)
    answer = body_of(platform.submit("one", picture(NUMBER), key=platform.detailed))
    assert (answer["state"], answer["outcome"], answer["withhold"]) == ("accepted", "match", False)
    assert answer["case_id"] is not None
    services.move_entry(entry.pk, EntryState.ACTIVE, reason="it is what it says", actor=OPERATOR)
    assert body_of(platform.submit("two", picture(NUMBER)))["state"] == "withheld"


def test_what_an_allow_list_won_over_is_said_with_detail_only(platform: Platform) -> None:
    import_rows("near", [("pdq", pdq_of(NUMBER))], status=ListStatus.VETTED)
    allow(("sha256", sha256_of(NUMBER)))
    answer = body_of(platform.submit("one", picture(NUMBER), key=platform.detailed))
    assert (answer["outcome"], answer["allowed"], answer["reason"]) == ("clear", True, "allowed")
    assert not Case.objects.exists()
    assert not Hit.objects.exists()
    assert body_of(platform.submit("two", picture(NUMBER))) == {"id": "two", "state": "accepted"}
    assert body_of(platform.get("one", key=platform.detailed))["allowed"] is True


@pytest.mark.parametrize("won", [True, False])
def test_look_ups_say_it_too(platform: Platform, won: bool) -> None:
    import_rows("near", [("pdq", pdq_of(NUMBER)), ("url", "example.test/x")], status=ListStatus.VETTED)
    if won:
        allow(("pdq", pdq_of(NUMBER)), ("url", "example.test/x"))
    for asked in ({"hashes": [{"algorithm": "pdq", "value": pdq_of(NUMBER)}]}, {"urls": ["https://example.test/x"]}):
        (result,) = body_of(platform.json("/lookups", asked, key=platform.lookup))["results"]
        assert (len(result["matches"]), result["allowed"]) == ((0, True) if won else (1, False))
