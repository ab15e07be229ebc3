"""Every word of the console goes through gettext: in a language in which all words are in brackets, none is without.

Data is what a person, a platform or a list wrote, and codes: it is not translated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now

from lightkeeper.act.account_names import accounts_of
from lightkeeper.act.models import VictimLook
from lightkeeper.act.parties.identity import Identity, IpEvent
from lightkeeper.act.parties.types import LookPurpose, PartyRole
from lightkeeper.act.requests.sealed import Says
from lightkeeper.act.requests.states import RequestKind
from lightkeeper.act.requests.subjects import About
from lightkeeper.act.requests.tests.made import asked
from lightkeeper.act.services import add_victim, confirm_party
from lightkeeper.intake.models import Surface
from lightkeeper.intake.public_reports.states import Danger
from lightkeeper.intake.public_reports.tests.made import reported as public_report
from lightkeeper.intake.surfaces import set_surface
from lightkeeper.intake.types import LegalBasis
from lightkeeper.lists.services import create_list
from lightkeeper.people.models import Alert, Client, Person
from lightkeeper.people.services import add_contact, create_key, raise_alert
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import AlertKind, Channel, Role, Scope
from lightkeeper.record import authority
from lightkeeper.record.services import place_hold
from lightkeeper.record.types import Actor, HoldBasis, Subject
from lightkeeper.review import queue
from lightkeeper.review.addresses.tests.addresses_made import actioned, address_item, of_url
from lightkeeper.review.linking import judge_link, suggest_links
from lightkeeper.review.models import Case, CaseItem, CaseLink
from lightkeeper.review.tests.grades_made import leased, policy, stood
from lightkeeper.review.tests.reveals_made import answered_for
from lightkeeper.review.types import CaseReason, LinkKind, TextState
from lightkeeper.web import case_forms
from lightkeeper.web.tests.console_made import Stop, drawn, free, retained, someone, stops
from lightkeeper.web.tests.talks_of_cases import conversation, platform

OPENS, CLOSES = "\u27e6", "\u27e7"
CODES: Final = {"code", "kbd", "script", "style", "pre", "textarea"}
SPOKEN: Final = {"title", "aria-label", "alt", "placeholder", "data-key-says", "data-words", "data-veil-keys"}
DATA: Final = re.compile(
    r"direct messages|Lightkeeper|Ann Reviewer|Ben Second|Sena Senior|Sofia Lead|Giver|Person \d+|person-\d+@\S+"
    r"|Example platform|18 USC 2258A\(h\)\(1\)|SI 2026/268 reg\. 8|Regulation \(EU\) 2021/1232 Art\. 3"
    r"|A hotline's list|photo-2291|user-77|public posts|album|What somebody wrote\.|Compare the list's category\."
    r"|Known material; category as listed\.|Category differs from the list's\.|Cannot be judged from what is kept\."
    r"|Look-alike; the list's entry was matched by chance\."
    r"|[a-z_]+:[a-z_]+:[a-z_]+|(submit|lookup|detail|erase|status|banks|conversations|public_reports):|[\w-]+@[a-z.]+|\b(trained|mirrored|trimmed)\b"
    r"|[0-9a-f]{8}(-[0-9a-f-]{27})?|UTC|PDQ|SHA-256|MiB|Ctrl|Esc|\bs\b|csv|child_safety|a test|\b[A-C]\d?\b"
)
"""What tests and the policy wrote in, names of things that are called so in every language, and letters of scales."""


class Bare(HTMLParser):
    """Collects the words that stand in no brackets, in texts and in what screen readers say."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.depth, self.path, self.found = 0, list[str](), list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """A parser's: remember where we are; look at what is said of the element."""
        if tag not in {"meta", "link", "img", "input", "br", "hr", "col"}:
            self.path.append(tag)
        said = {name: value or "" for name, value in attributes}
        if "lang" in said:
            assert said["lang"] == "en"
        for name in SPOKEN & said.keys():
            words, depth = outside(spelled_out(said[name]), 0)
            assert depth == 0, f"{name} ends within a bracket"
            self._keep(words, f"{tag}[{name}]")

    def handle_endtag(self, tag: str) -> None:
        """A parser's."""
        if tag in self.path:
            while self.path.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """A parser's: a text, which may begin or end within what is translated."""
        words, self.depth = outside(data, self.depth)
        if not CODES & set(self.path):
            self._keep(words, self.path[-1] if self.path else "")

    def _keep(self, words: str, where: str) -> None:
        left = DATA.sub("", words)
        if re.search(r"[^\W\d_]{2}", left):
            self.found.append(f"{where}: {' '.join(words.split())}")


def spelled_out(text: str) -> str:
    """The words that a script is given as JSON; any other text as it is."""
    if not text.startswith("{"):
        return text
    words: dict[str, str] = json.loads(text)
    return " ".join(words.values())


def outside(text: str, depth: int) -> tuple[str, int]:
    """What of a text is in no bracket, and how deep it ends."""
    kept = []
    for letter in text:
        depth += (letter == OPENS) - (letter == CLOSES)
        kept.append(letter if depth == 0 and letter not in OPENS + CLOSES else " ")
    return "".join(kept), depth


@pytest.fixture
def in_brackets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every translation is its text in brackets, as if there were such a language."""

    def one(message: str) -> str:
        return f"{OPENS}{message}{CLOSES}" if message and OPENS not in message else message

    def in_context(_: str, message: str) -> str:
        return one(message)

    def many(singular: str, plural: str, number: int) -> str:
        return one(singular if number == 1 else plural)

    def many_in_context(_: str, singular: str, plural: str, number: int) -> str:
        return many(singular, plural, number)

    real = translation._trans  # type: ignore[attr-defined]  # where all of gettext meets
    for name, function in (
        ("gettext", one), ("pgettext", in_context), ("ngettext", many), ("npgettext", many_in_context),
    ):  # fmt: skip
        monkeypatch.setattr(real, name, function, raising=False)
    _forget_rendered()
    yield
    _forget_rendered()
    authority.forget()


def _forget_rendered() -> None:
    """What is remembered by language is not in this one, which has the code of another."""
    case_forms._question.cache_clear()
    queue._html.cache_clear()


def bare(stop: Stop) -> list[str]:
    """What is not translated on a page, with the name of the page."""
    if stop.item is not None:
        leased(stop.item, stop.person)
    answer = signed_in(stop.person).get(stop.path, headers={"accept": "text/html"})
    assert answer.status_code == 200, stop.name
    if stop.item is not None:
        free()
    return [f"{stop.name}, {one}" for one in Bare(answer.content.decode()).found]


def test_the_brackets_find_what_is_not_translated() -> None:
    page = f'<p title="Bare">{OPENS}In <b>brackets</b>.{CLOSES} Not in them.</p><code>code</code><p>7 km</p>'
    assert Bare(page).found == ["p[title]: Bare", "p: Not in them.", "p: 7 km"]


@pytest.mark.long
@pytest.mark.once
@pytest.mark.django_db
def test_every_word_of_reviewers_pages_can_be_translated(in_brackets: None) -> None:
    found = [one for stop in stops(someone("Ann Reviewer")) for one in bare(stop)]
    assert not found, "\n".join(sorted(set(found)))


LEADS_PAGES: Final = {
    Role.SUPERVISOR: (
        "home", "review:load", "oversight:quality", "figures:years", "oversight:views", "people:alerts", "people:rota",
        "now:now", "transparency:transparency", "transparency:matching", "transparency:trends",
        "transparency:tools",
        "people:new_contact", "record:policy", "record:change_policy", "record:holds", "record:place_hold",
        "record:audit", "runtime:work", "intake:surfaces", "intake:new_surface", "lists:lists", "act:callbacks",
        "request:requests", "request:register", "takedown:takedowns", "takedown:recipients", "public_report:reports",
    ),
    Role.ADMINISTRATOR: (
        "people:people", "people:permissions", "people:invite", "people:clients", "people:new_client",
        "people:account", "people:password", "people:recovery_codes", "runtime:work", "act:callbacks",
    ),
    Role.LIST_MANAGER: ("lists:lists", "lists:import"),
}  # fmt: skip
"""Pages without anything in their address."""


@pytest.mark.long
@pytest.mark.once
@pytest.mark.django_db
def test_every_word_of_a_conversation_can_be_translated(in_brackets: None) -> None:
    answered_for()
    policy()
    ann = someone("Ann Reviewer")
    item = conversation()
    address = f"/cases/{item.case.public}/"
    found = bare(Stop("case-talk", ann, address, item)) + bare(Stop("case-talk-to-take", ann, address))
    leased(item, ann)
    browser = signed_in(ann)
    for state in (TextState.TIMED_OUT, TextState.KEPT):
        with platform(state):
            browser.post(f"{address}items/1/words/")
        found += Bare(browser.get(address).content.decode()).found
    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.long
@pytest.mark.once
@pytest.mark.django_db
def test_every_word_of_the_other_pages_can_be_translated(in_brackets: None) -> None:
    list(stops(someone("Ann Reviewer")))
    leads = {role: _lead(role) for role in LEADS_PAGES}
    found = [one for stop in _pages_of_things(leads) for one in bare(stop)]
    for role, names in LEADS_PAGES.items():
        found += [one for name in names for one in bare(Stop(name, leads[role], reverse(name)))]
    assert not found, "\n".join(sorted(set(found)))


def _lead(role: Role) -> Person:
    person = make_person(role, granted=True)
    Person.objects.filter(pk=person.pk).update(name="Sofia Lead")
    person.refresh_from_db()
    return person


def _pages_of_things(leads: dict[Role, Person]) -> Iterator[Stop]:
    """One of each thing that has a page of its own."""
    supervisor, administrator = leads[Role.SUPERVISOR], leads[Role.ADMINISTRATOR]
    operator = Actor.operator()
    case = CaseItem.objects.select_related("case").order_by("pk")[0].case
    yield Stop("case", supervisor, f"/cases/{case.public}/")
    client = Client.objects.get(name="Example platform")
    made = create_key(client_id=client.pk, scopes={Scope.SUBMIT}, actor=operator)
    raise_alert(AlertKind.URGENT_CASE, key="a", urgent=True, path="/cases/", details={"count": 1})
    add_contact(person=supervisor, channel=Channel.EMAIL, address="a@example.test", escalate_minutes=15, actor=operator)
    hold = place_hold(
        subject=Subject("case", str(case.pk)), basis=HoldBasis.DISPUTE, reference="a test", by=supervisor.actor
    )
    says = Says(*["a test"] * 4)
    about = About(cases=(case.pk,), accounts=((client.pk, "user-77"),))
    request = asked(supervisor, RequestKind.PRESERVATION, says=says, about=about)
    yield Stop("request", supervisor, f"/requests/{request.public}/")
    waits = public_report("https://pictures.example/1", contact="a@mail.example", suspected=True)
    yield Stop("public-report", supervisor, f"/public-reports/{waits.public}/")
    passed_on = public_report("https://pictures.example/2", danger=Danger.UNSURE)
    yield Stop("public-report-passed-on", supervisor, f"/public-reports/{passed_on.public}/")
    yield from retained(supervisor, CaseItem.objects.select_related("case").order_by("pk")[0])
    yield from _who_is_who(supervisor, client)
    known = create_list(name="A hotline's list", actor=operator)
    Surface.objects.filter(name="public").update(name="public posts")
    surface = set_surface(
        name="album", private=False, legal_basis=LegalBasis.PUBLIC_CONTENT_TOS, basis_until=None, detection=True,
        actor=operator, create=True,
    )  # fmt: skip
    analyst = Person.objects.get(name="Ann Reviewer")
    yield from _addresses(analyst, someone("Sena Senior", Role.SENIOR_ANALYST))
    for name, person, args in (
        ("people:client", administrator, [client.pk]),
        ("people:new_key", administrator, [client.pk]),
        ("people:rotate_key", administrator, [made.key_id]),
        ("people:person", administrator, [analyst.pk]),
        ("people:person", administrator, [administrator.pk]),
        ("people:alert", supervisor, [Alert.objects.get().pk]),
        ("act:client", administrator, [client.pk]),
        ("act:address", administrator, [client.pk]),
        ("act:conversation_address", administrator, [client.pk]),
        ("record:lift_hold", supervisor, [hold.pk]),
        ("lists:list", leads[Role.LIST_MANAGER], [known]),
        ("intake:change_surface", supervisor, [surface.pk]),
    ):
        yield Stop(name, person, reverse(name, args=args))


def _addresses(analyst: Person, senior: Person) -> Iterator[Stop]:
    """The cases of an address that waits and of one that is assessed, and the form for our own finds."""
    waiting, assessed = address_item(), address_item("http://two.test/", 71, reason=CaseReason.PROACTIVE)
    stood(assessed, analyst, actioned(of_url=of_url(setting="bedroom", alone="alone")))
    free()
    yield Stop("address", analyst, f"/cases/{waiting.case.public}/", waiting)
    yield Stop("address-settled", senior, f"/cases/{assessed.case.public}/")
    yield Stop("address-new", analyst, reverse("case:assess"))


def _who_is_who(supervisor: Person, client: Client) -> Iterator[Stop]:
    """A settled case with a suspect, a possible victim, a look at them and links to another case."""
    item = drawn(60, client_id=client.pk, context={"callers_id": "photo-2291", "uploader": "user-77"})
    case, other = item.case, Case.objects.order_by("pk")[0]
    CaseItem.objects.filter(pk=item.pk).update(state="settled", settled_at=now())
    known = Identity(screen_name="a test", age=41, ip_events=(IpEvent("192.0.2.9"),))
    account = accounts_of(case)[0].key
    for role in (PartyRole.SUSPECT, PartyRole.VICTIM, PartyRole.SUSPECT):
        confirm_party(case, account, role, why="a test", person=supervisor, identity=known)
    victim = add_victim(case, known, why="a test", person=supervisor)
    VictimLook.objects.create(
        victim=victim, person=supervisor, role=supervisor.role, purpose=LookPurpose.REPORT, began_at=now()
    )
    for kind in (LinkKind.ADDRESS, LinkKind.PERSON, LinkKind.ITEM):
        suggest_links(case, kind, [other.pk])
    for kind, accepted in ((LinkKind.PERSON, True), (LinkKind.ITEM, False)):
        judge_link(CaseLink.objects.get(later=case, kind=kind), accepted=accepted, why="a test", person=supervisor)
    Case.objects.filter(pk=other.pk).update(state="closed", closed_at=now())
    yield Stop("whole-case", supervisor, f"/cases/{case.public}/whole/")
    yield Stop("who-is-who", supervisor, f"/cases/{case.public}/people/")
