"""Acts on lists and entries by their pages: done with a reason, refused by line; no value comes back in any answer."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lightkeeper.lists.models import Entry, HashList
from lightkeeper.lists.tests.making import csv, imported, row, value
from lightkeeper.lists.types import EntryState
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent

pytestmark = pytest.mark.django_db

LINE = "pdq " + value(7).hex()


@pytest.fixture
def manager() -> Client:
    return signed_in(make_person(Role.LIST_MANAGER))


@pytest.fixture
def known() -> int:
    return imported(csv(row(1), row(2, "sha256"))).list_id


def url(name: str, pk: int) -> str:
    return reverse(f"lists:{name}", args=[pk])


def posted(client: Client, address: str, **data: object) -> tuple[int, str]:
    """The status, and all that came back."""
    answer = client.post(address, data)
    return answer.status_code, answer.content.decode()


def test_a_list_is_made_with_its_purpose(manager: Client) -> None:
    asked = {"name": "look-alikes", "purpose": "allow", "status": "trial", "source": "us", "radius": 12}
    assert posted(manager, reverse("lists:new"), **asked)[0] == 302
    made = HashList.objects.get()
    assert (made.purpose, made.status, made.radius) == ("allow", "trial", 12)
    code, page = posted(manager, reverse("lists:new"), **asked)
    assert code == 422
    assert "a list of this name already" in page


def test_owner_and_alarms_are_set(manager: Client, known: int) -> None:
    owner = make_person(Role.LIST_MANAGER)
    assert posted(manager, url("change_owner", known), owner=owner.pk)[0] == 302
    assert posted(manager, url("change_alarms", known), stale_days=3, flood_uploaders=0)[0] == 302
    made = HashList.objects.get()
    assert (made.owner, made.stale_days, made.flood_uploaders) == (owner, 3, 0)
    assert posted(manager, url("change_alarms", known), stale_days=-1, flood_uploaders=5)[0] == 422
    assert posted(manager, url("change_alarms", known), stale_days="", flood_uploaders=5)[0] == 302
    made.refresh_from_db()
    assert (made.stale_days, made.flood_uploaders) == (None, 5)
    assert AuditEvent.objects.filter(event="lists:list:changed", actor_kind="person").count() == 5


def test_the_map_of_categories_is_set_by_lines_and_refused_by_line(manager: Client, known: int) -> None:
    assert posted(manager, url("change_categories", known), lines="worst = A1\nx=y = b2\n")[0] == 302
    assert HashList.objects.get().categories == {"worst": "A1", "x=y": "B2"}
    assert "worst = A1" in manager.get(url("change_categories", known)).content.decode()
    for lines, said in (("worst = A1\nother = C9", "Line 2 is not"), ("a = A1\na = A2", "Line 2 names")):
        code, page = posted(manager, url("change_categories", known), lines=lines)
        assert (code, said in page) == (422, True)


def test_lines_are_added_with_a_reason_and_never_come_back(manager: Client, known: int) -> None:
    add = url("add", known)
    for data, said in (
        ({"lines": f"{LINE}\npdq 12ab", "reason": "seen here"}, "line 2"),
        ({"lines": LINE, "reason": ""}, "field-error"),
        ({"lines": LINE, "reason": f"it is {value(7).hex()}"}, "seems to hold a value"),
        ({"lines": "", "reason": "nothing"}, "Give either lines or a file"),
        ({"lines": "\n  \n", "reason": "nothing"}, "Give either lines or a file"),
    ):
        code, page = posted(manager, add, **data)
        assert (code, said in page, value(7).hex() in page) == (422, True, False), data
    assert not Entry.objects.filter(state_reason="seen here").exists()
    assert posted(manager, add, lines=f"{LINE}\n{LINE} 17 worst", reason="seen here") == (302, "")
    entry = Entry.objects.get(state_reason="seen here")
    assert (entry.list_id, entry.state, entry.algorithm) == (known, EntryState.ACTIVE, "pdq")


def test_a_file_of_lines_is_added(manager: Client, known: int) -> None:
    file = SimpleUploadedFile("planted-name.txt", f"{LINE}\nmd5 {value(3, 'md5').hex()}".encode())
    assert posted(manager, url("add", known), file=file, reason="from a partner")[0] == 302
    assert Entry.objects.filter(state_reason="from a partner").count() == 2
    both = SimpleUploadedFile("x.txt", LINE.encode())
    assert "either lines or a file" in posted(manager, url("add", known), file=both, lines=LINE, reason="x")[1]
    binary = SimpleUploadedFile("x.txt", b"\xff\xfe\x00")
    code, page = posted(manager, url("add", known), file=binary, reason="x")
    assert (code, "no text in UTF-8" in page, "planted" in page) == (422, True, False)


def test_adding_by_a_form_checks_where_it_comes_from(known: int) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in(make_person(Role.LIST_MANAGER)).cookies
    assert posted(strict, url("add", known), lines=LINE, reason="seen here")[0] == 403
    assert Entry.objects.count() == 2


def test_an_entry_is_moved_by_its_number(manager: Client, known: int) -> None:
    entry = Entry.objects.filter(algorithm="pdq").get()
    page = manager.get(url("move", entry.pk) + "?to=disputed").content.decode()
    assert 'value="disputed"' in page
    assert 'value="active"' not in page
    assert posted(manager, url("move", entry.pk), state="disputed", reason="doubted")[0] == 302
    assert posted(manager, url("move", entry.pk), state="disputed", reason="again")[0] == 422
    assert posted(manager, url("move", entry.pk), state="active", reason="")[0] == 422
    entry.refresh_from_db()
    assert (entry.state, entry.state_reason) == (EntryState.DISPUTED, "doubted")
    assert manager.get(url("move", 10**6)).status_code == 404


def test_entries_are_moved_by_their_values_all_or_none(manager: Client, known: int) -> None:
    find = url("find", known)
    lines = f"pdq {value(1).hex()}\nsha256 {value(2, 'sha256').hex()}"
    code, page = posted(manager, find, lines=f"{lines}\n{LINE}", state="withdrawn", reason="gone")
    assert (code, "line 3" in page) == (422, True)
    assert not any(value(seed).hex() in page for seed in (1, 7))
    assert not Entry.objects.filter(state=EntryState.WITHDRAWN).exists()
    assert posted(manager, find, lines=lines, state="withdrawn", reason="gone")[0] == 302
    assert Entry.objects.filter(state=EntryState.WITHDRAWN, state_reason="gone").count() == 2
    assert posted(manager, find, lines=lines, state="active", reason="it is right")[0] == 302
    assert Entry.objects.filter(state=EntryState.ACTIVE).count() == 2


def test_acts_ask_again_who_somebody_is(known: int) -> None:
    unconfirmed = signed_in(make_person(Role.LIST_MANAGER), confirmed=False)
    for name in ("add", "find", "change_owner", "change_alarms", "change_categories", "change_status"):
        answer = unconfirmed.post(url(name, known), {"lines": LINE, "reason": "x"})
        assert answer.headers["Location"].startswith(reverse("account_reauthenticate")), name
    assert Entry.objects.count() == 2
