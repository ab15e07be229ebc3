"""Addresses are assessed by the hotline's rules, and the assessment that stands can be asked for."""

from __future__ import annotations

import dataclasses
import uuid

import pytest

from lightkeeper.people.types import Role
from lightkeeper.record.types import Actor, DestructionReason
from lightkeeper.review.addresses.tests.addresses_made import ADDRESS, actioned, address_item, closed_as, of_url
from lightkeeper.review.judgement import GradeError, Judgement, faults
from lightkeeper.review.models import CaseItem, Grade, UrlGrade
from lightkeeper.review.offers import offered
from lightkeeper.review.queries import url_addresses, url_assessment, url_assessments
from lightkeeper.review.retaining import destroy_of_case
from lightkeeper.review.services import confirm_consensus, erase_from_case, reopen_case
from lightkeeper.review.states import ItemState
from lightkeeper.review.tests.grades_made import (
    case_item,
    graded,
    illegal,
    leased,
    minute_over,
    policy,
    reviewer,
    stood,
)
from lightkeeper.review.tests.making import source
from lightkeeper.review.types import CaseReason
from lightkeeper.review.vocabularies import vocabulary

pytestmark = pytest.mark.django_db
WORDS = vocabulary("hotline-2026-1")


def stood_again(grade: Grade) -> CaseItem:
    """The item of a grade, once its minute is over."""
    minute_over(grade)
    item = CaseItem.objects.select_related("case", "item").get(pk=grade.case_item_id)
    assert item.state == ItemState.SETTLED
    return item


def _refused(item: CaseItem, judgement: Judgement) -> str:
    with pytest.raises(GradeError) as raised:
        graded(item, reviewer(), judgement)
    return " ".join(raised.value.sentences)


def test_an_assessment_stands_with_all_that_was_answered() -> None:
    policy()
    item, person = address_item(), reviewer()
    assert url_assessment(item.case) is None
    grade = graded(item, person, actioned())
    assert url_assessment(item.case) is None  # the minute is not over
    item = address_item(number=2)  # the same address joins the case that waits
    stood_one = stood_again(grade)
    found = url_assessment(stood_one.case)
    assert found is not None
    assert (found.outcome, found.category, found.age_bracket, found.sex) == ("actioned", "C", "11-13", "girls")
    assert (found.creation, found.site_type, found.access) == (("self_generated",), "image_host", "free")
    assert (found.hosting_country, found.hosting_source, found.commercial) == ("NL", "entered", "no")
    assert (found.images, found.videos, found.agency, found.duplicate_of) == (12, 0, "", None)
    assert (found.tld, found.source, found.proactive) == ("test", CaseReason.PUBLIC_REPORT, False)
    assert found.domain is not None
    assert (found.by, found.case, found.vocabulary) == (person.pk, item.case.public, "hotline-2026-1")
    assert url_assessments(item.case) == [found]
    assert url_addresses(item) == (ADDRESS,)


@pytest.mark.once
@pytest.mark.parametrize(
    ("judgement", "says"),
    [
        (actioned(uk_category=""), "“Most severe category” is not answered."),
        (actioned(age_bracket=""), "“Age of the youngest child” is not answered."),
        (actioned(age_bracket="18+"), "an answer that the vocabulary does not know"),
        (actioned(creation=()), "“How it came about” is not answered."),
        (actioned(industry_class="A1"), "not asked of this kind of item"),
        (actioned(of_url=of_url(site_type="")), "“Kind of site” is not answered."),
        (actioned(of_url=of_url(hosting_country="")), "Enter the hosting country"),
        (actioned(of_url=of_url(hosting_country="UK")), "two letters"),
        (actioned(of_url=of_url(host_ip="site.test")), "no IP address"),
        (actioned(of_url=of_url(images=-1)), "from 0 to 1000000"),
        (actioned(of_url=of_url(images=0)), "has an image or a video"),
        (actioned(of_url=of_url(agency="Police")), "named only where the address is for it"),
        (actioned(of_url=of_url(duplicate_of=uuid.uuid4())), "only for a duplicate"),
        (actioned(of_url=None), "“Kind of site” is not answered."),
        (closed_as("not_criminal", hosting_country="NL"), "asked only of what is acted on"),
        (closed_as("not_criminal", images=3), "counted only where it is acted on"),
        (closed_as("not_criminal", site_type="forum"), "is not asked after this outcome"),
        (closed_as("duplicate"), "Name the case"),
        (closed_as("duplicate", duplicate_of=uuid.uuid4()), "no other case of an address"),
        (closed_as("other_agency"), "Name the agency"),
        (closed_as("other_agency", agency="x" * 101), "Name the agency"),
        (illegal(), "Say first what it is."),
    ],
)
def test_what_does_not_keep_the_rules_is_refused_with_a_sentence(judgement: Judgement, says: str) -> None:
    assert says in _refused(address_item(), judgement)
    assert not UrlGrade.objects.exists()


def test_the_youngest_child_and_the_most_severe_category_may_be_of_different_pictures() -> None:
    """Any bracket goes with any category: nothing takes one for a sign of the other, and the form says so."""
    for bracket in WORDS.question("age_bracket").values:
        for category in WORDS.question("uk_category").values:
            assert not faults(actioned(age_bracket=bracket, uk_category=category), WORDS)
    assert "even where another picture" in WORDS.question("uk_category").english_description
    assert "even where another picture" in WORDS.question("age_bracket").english_description


@pytest.mark.parametrize("outcome", ["not_criminal", "not_found"])
def test_where_nothing_is_to_be_done_no_category_is_asked(outcome: str) -> None:
    policy()
    item = address_item()
    stood(item, reviewer(), closed_as(outcome))
    found = url_assessment(item.case)
    assert found is not None
    assert (found.outcome, found.category, found.hosting_country) == (outcome, "", "")


def test_a_duplicate_names_the_other_case_and_another_agency_its_name() -> None:
    policy()
    first, second, third = (address_item(f"http://{number}.test/", number) for number in (1, 2, 3))
    assert "no other case" in _refused(second, closed_as("duplicate", duplicate_of=second.case.public))
    stood(second, reviewer(), closed_as("duplicate", duplicate_of=first.case.public))
    stood(third, reviewer(), closed_as("other_agency", agency="  Police of\n Example "))
    duplicate, other = url_assessment(second.case), url_assessment(third.case)
    assert duplicate is not None
    assert duplicate.duplicate_of == first.case.public
    assert other is not None
    assert other.agency == "Police of Example"


def test_two_who_disagree_find_one_assessment_and_a_second_confirms_it_whole() -> None:
    policy(second_random_percent=100)
    item, first, second = address_item(), reviewer(), reviewer()
    stood(item, first, actioned(uk_category="B"))
    assert item.state == ItemState.SECOND
    stood(item, second, actioned())
    assert item.state == ItemState.DISAGREED
    both_could_mean = actioned(uk_category="A", of_url=of_url(host_ip="192.0.2.7", setting="bedroom"))
    stood(item, first, both_could_mean)
    leased(item, second)
    stood_again(confirm_consensus(case_item=item, person=second))
    found = url_assessment(item.case)
    assert found is not None
    assert (found.category, found.setting, found.by, found.images) == ("A", "bedroom", second.pk, 12)
    assert UrlGrade.objects.filter(sealed__isnull=False).count() == 2


def test_the_gravest_category_asks_a_second_person() -> None:
    policy(second_high_stakes=True)
    item = address_item()
    stood(item, reviewer(), actioned(uk_category="A"))
    assert item.state == ItemState.SECOND
    assert url_assessment(item.case) is None


def test_nothing_is_offered_for_an_address_because_what_is_there_changes() -> None:
    policy()
    stood(address_item(), reviewer(), actioned())
    again = address_item(number=2)
    assert again.state == ItemState.WAITING
    assert offered(again) is None


def test_of_what_was_opened_again_the_assessment_names_the_later_case() -> None:
    policy()
    item = address_item()
    stood(item, reviewer(), actioned())
    senior = reviewer(Role.SENIOR_ANALYST)
    case = reopen_case(item, "the page was changed", senior.actor)
    before = url_assessment(item.case)
    assert before is not None
    assert before.reopened_as == case.public
    assert url_assessment(case) is None


def test_erasing_leaves_what_is_counted_and_no_address() -> None:
    policy()
    item = address_item()
    stood(item, reviewer(), actioned(of_url=of_url(host_ip="192.0.2.7")))
    erase_from_case(case_id=item.case_id, source=source(1), actor=Actor.system())
    assert url_addresses(item) == ()
    assert not UrlGrade.objects.filter(sealed__isnull=False).exists()
    found = url_assessment(item.case)
    assert found is not None
    assert (found.site_type, found.tld) == ("image_host", "test")


def test_on_its_day_the_address_and_the_host_go_and_what_is_counted_stays() -> None:
    policy()
    item = address_item()
    stood(item, reviewer(), actioned(of_url=of_url(host_ip="192.0.2.7")))
    destroyed = destroy_of_case(item.case_id, DestructionReason.RETENTION_OVER)
    assert destroyed.counts["notes"] == 1
    assert url_addresses(item) == ()
    found = url_assessment(item.case)
    assert found is not None
    assert (found.outcome, found.hosting_country, found.reporter) == ("actioned", "NL", "")


@pytest.mark.once
def test_the_domain_is_what_somebody_registered_and_a_number_has_none() -> None:
    policy()
    for number, url in enumerate(["http://a.shop.co.test/x", "http://b.shop.co.test/", "http://192.0.2.1/", "nothing"]):
        stood(address_item(url, number), reviewer(), actioned())
    rows = [(row.tld, row.domain and bytes(row.domain)) for row in UrlGrade.objects.order_by("pk")]
    assert rows[0] == rows[1]
    assert rows[0][1] is not None
    assert rows[2:] == [("", None), ("", None)]


@pytest.mark.once
def test_what_is_a_picture_has_no_answers_of_an_address() -> None:
    assert "no address" in _refused(case_item(), dataclasses.replace(illegal(), of_url=of_url()))
