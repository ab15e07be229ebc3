"""The operator's file says in which country a number is; what it does not say, a person enters."""

from __future__ import annotations

import dataclasses
import ipaddress
from pathlib import Path

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.review.addresses.answers import hosting_of, url_faults
from lightkeeper.review.addresses.hosting import HostingError, Ranges, country_of, packed, read
from lightkeeper.review.addresses.tests.addresses_made import address_item, of_url

FILE = """start_ip,end_ip,country
203.0.113.0,203.0.113.255,us
"192.0.2.0","192.0.2.127","DE"
192.0.2.200,192.0.2.200,nl,more
198.51.100.0,198.51.100.255,ZZ
2001:db8::,2001:db8::ffff,FR
"""


@pytest.fixture
def given_file(tmp_path: Path, settings: LazySettings) -> Path:
    path = tmp_path / "countries.csv"
    path.write_text(FILE)
    old = settings.LIGHTKEEPER
    settings.LIGHTKEEPER = dataclasses.replace(old, values={**old.values, "hosting_countries": path})
    return path


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("192.0.2.0", "DE"),
        ("192.0.2.127", "DE"),
        ("192.0.2.128", None),
        ("192.0.2.200", "NL"),
        ("203.0.113.9", "US"),
        ("198.51.100.7", None),
        ("2001:db8::1", "FR"),
        ("[2001:db8::1]", "FR"),
        ("2001:db8::1:0", None),
        ("::ffff:192.0.2.1", "DE"),
        ("0.0.0.0", None),  # noqa: S104  # a number before all ranges
        ("site.test", None),
        ("192.0.2", None),
        ("", None),
    ],
)
def test_a_number_is_in_the_country_of_its_range(given_file: Path, number: str, country: str | None) -> None:
    assert country_of(number) == country


def test_a_file_that_was_changed_is_read_again_and_without_one_nothing_is_known(
    given_file: Path, settings: LazySettings
) -> None:
    assert country_of("192.0.2.1") == "DE"
    given_file.write_text("192.0.2.0,192.0.2.255,AT\n")
    assert country_of("192.0.2.1") == "AT"
    given_file.unlink()
    with pytest.raises(HostingError, match="cannot be read"):
        country_of("192.0.2.1")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("192.0.2.0,192.0.2.9,DE\nsite.test,192.0.2.99,DE\n", "Line 2"),
        ("192.0.2.0,192.0.2.9,Germany\n", "Line 1"),
        ("a,b,c\n192.0.2.9,192.0.2.0,DE\n", "Line 2"),
        ("192.0.2.0,192.0.2.9\n", "Line 1"),
        ("192.0.2.0,192.0.2.9,DE\n192.0.2.5,192.0.2.20,FR\n", "two ranges"),
        ("\xff\x00", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "countries.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(HostingError, match=says) as raised:
        read(path)
    assert "192.0.2" not in str(raised.value)


@given(st.lists(st.integers(0, 2**32 - 1), min_size=2, max_size=40, unique=True), st.integers(0, 2**32 - 1))
def test_the_search_finds_what_going_through_all_finds(edges: list[int], number: int) -> None:
    edges = sorted(edges)
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    as_bytes = [tuple(packed(str(ipaddress.IPv4Address(edge))) or b"" for edge in pair) for pair in pairs]
    codes = ["DE", "FR", "NL"]
    said = [codes[place % 3] for place in range(len(pairs))]
    made = Ranges(
        b"".join(start for start, _ in as_bytes), b"".join(end for _, end in as_bytes), "".join(said).encode()
    )
    expected = next((code for (start, end), code in zip(pairs, said, strict=True) if start <= number <= end), None)
    assert made.country(packed(str(ipaddress.IPv4Address(number))) or b"") == expected


@pytest.mark.django_db
@pytest.mark.once
def test_what_a_person_enters_comes_first_and_each_says_its_source(given_file: Path) -> None:
    assert hosting_of(of_url(hosting_country="", host_ip="192.0.2.1")) == ("DE", "database")
    assert hosting_of(of_url(hosting_country="fr", host_ip="192.0.2.1")) == ("FR", "entered")
    assert hosting_of(of_url(hosting_country="de", host_ip="192.0.2.1")) == ("DE", "database")
    assert hosting_of(of_url(hosting_country=" Unknown ")) == ("unknown", "entered")
    assert hosting_of(of_url(hosting_country="")) == ("", "")
    item = address_item()
    missing = url_faults(item, "actioned", of_url(hosting_country="", host_ip="198.51.100.7"))
    assert [field for field, _ in missing] == ["hosting_country"]
    given_file.unlink()
    assert "cannot be read" in url_faults(item, "actioned", of_url(hosting_country="", host_ip="192.0.2.1"))[0][1]
    assert hosting_of(of_url(hosting_country="SE", host_ip="192.0.2.1")) == ("SE", "entered")
