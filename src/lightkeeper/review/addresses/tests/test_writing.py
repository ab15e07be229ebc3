"""An address is shown so that nothing takes it for one, after a row of the view log, to whoever has the case."""

from __future__ import annotations

import pytest

from lightkeeper.record.models import Reveal
from lightkeeper.review.addresses.tests.addresses_made import ADDRESS, address_item
from lightkeeper.review.addresses.writing import defanged
from lightkeeper.review.leasing import NotYours
from lightkeeper.review.models import CaseItem
from lightkeeper.review.services import RevealRefused, reveal
from lightkeeper.review.tests.grades_made import case_item, leased, policy, reviewer


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (ADDRESS, "hxxps://pictures[.]site[.]test/album/7?view=all"),
        ("HTTP://a.test", "hxxp://a[.]test"),
        ("a.test/x.html", "a[.]test/x.html"),
        ("http://192.0.2.1:8080/a.b", "hxxp://192[.]0[.]2[.]1:8080/a.b"),
        ("https://a.test?x=b.c#d.e", "hxxps://a[.]test?x=b.c#d.e"),
        ("http://a.test/\u202egpj.exe", "hxxp://a[.]test/\\u{202e}gpj.exe"),
        ("http://a.test/\n<script>", "hxxp://a[.]test/\\u{a}<script>"),
        (
            "http://a.test/?to=https://b.test/&or=HTTP%3A%2F%2Fc.test",
            "hxxp://a[.]test/?to=hxxps://b.test/&or=hxxp%3A%2F%2Fc.test",
        ),
        ("", ""),
    ],
)
def test_it_cannot_be_taken_for_an_address_and_hides_nothing(address: str, shown: str) -> None:
    assert defanged(address) == shown


def _shown(item: CaseItem, *, lease: bool = True, part: str = "address", track: str = "text") -> str:
    person = reviewer()
    if lease:
        leased(item, person)
    return reveal(case_item=item, person=person, track=track, level="full", part=part).content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_is_recorded_before_it_is_shown() -> None:
    policy()
    item = address_item()
    address_item("https://pictures.site.test/album/7?view=all&x", 2, item_id=item.item_id)
    assert _shown(item) == (
        "hxxps://pictures[.]site[.]test/album/7?view=all\nhxxps://pictures[.]site[.]test/album/7?view=all&x"
    )
    row = Reveal.objects.get()
    assert (row.track, row.part, row.case_item) == ("text", "address", item.pk)
    with pytest.raises(NotYours):
        _shown(address_item(number=3), lease=False)
    with pytest.raises(RevealRefused):
        _shown(item, track="picture")


@pytest.mark.django_db(transaction=True)
@pytest.mark.once
def test_what_is_no_address_has_none_and_an_erased_one_is_gone() -> None:
    policy()
    with pytest.raises(RevealRefused):
        _shown(case_item())
    with pytest.raises(RevealRefused, match="not kept"):
        _shown(address_item(context={}))
    assert not Reveal.objects.exists()
