"""Addresses are found wherever they stand in a text and however they were defused; prose has none."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lightkeeper.detect.links import canonical
from lightkeeper.detect.text.addresses import LONGEST, addresses_in

FORM = "http://example.test/a?b=1"
WRITTEN = [
    "see http://example.test/a?b=1, ok", "(http://example.test/a?b=1)", "HTTPS://example.test/a?b=1!!!", "<http://example.test/a?b=1>",
    "[a link](https://example.test/a?b=1)", "[http://example.test/a?b=1](x)", '<a href="http://example.test/a?b=1">x</a>',
    "<a href='http://example.test/a?b=1'>x</a>", "&lt;http://example.test/a?b=1&gt;", "“http://example.test/a?b=1”",
    "hxxp://example.test/a?b=1", "hXXps://example[.]test/a?b=1", "hxxps[:]//example(.)test/a?b=1", "h**p://example.test/a?b=1",
    "hxxp[://]example{.}test/a?b=1", "http://example dot test/a?b=1", "example [dot] test/a?b=1", "example.test/a?b=1.",
    "www.example.test/a?b=1", "*http://example.test/a?b=1*", "xhttp://example.test/a?b=1", "http://user@example.test/a?b=1",
    "见http://example.test/a?b=1路径", "http://example.test/a?b=1。下", "http://example.test/a?b=1,http://other.test/",
    "http://other.test/?to=http://example.test/a?b=1", "a\nhttp://example.test/a?b=1\nb", "http:\\\\example.test/a?b=1",
    "exam\u200bple.test/a?b=1", "example。test/a?b=1", "http://example.test/a?b=1&utm_source=x", "http://ex%61mple.test/a?b=1",
    "http://example.test/a?b=1&amp;fbclid=x", "_http://example.test/a?b=1_", "http://example.test/a?b=1\u2026",
]  # fmt: skip
NO_ADDRESS = [
    "", "plain words, nothing else.", "The end.Then it began", "e.g. this, i.e. that; at 3.14 or 1.2.3.4",
    "version v1.2.3", "the dot page",
    "connect the dot in the picture", "write to me@example.test please", "either/or", "wait... what?!", "a . b", "http",
    "http:// nothing", "He said: yes.No doubt", "Mr.Smith and Dr.No", "[.] and (dot) alone", "f(x).y = a[1].b",
]  # fmt: skip


def forms(text: str) -> set[str | None]:
    return {canonical(found.text).url for found in addresses_in(text)}


@pytest.mark.parametrize("text", WRITTEN)
def test_an_address_is_found_however_it_is_written(text: str) -> None:
    assert FORM in forms(text)


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_prose_has_no_address(text: str) -> None:
    assert addresses_in(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("example dot test", "http://example.test/"),
        ("EXAMPLE.TEST--and more", "http://example.test/"),
        ("bücher.test, and", "http://xn--bcher-kva.test/"),
        ("name.horse/x", "http://name.horse/x"),
        ("192.0.2.1/x", "http://192.0.2.1/x"),
        ("http://[2001:db8::1]:8/x", "http://[2001:db8::1]:8/x"),
        ("https://example.test/a_(b)", "http://example.test/a_(b)"),
        ("(https://example.test/a_(b))", "http://example.test/a_(b)"),
        ("example.test:8080", "http://example.test:8080/"),
    ],
)
def test_what_an_address_is_taken_for(text: str, expected: str) -> None:
    assert forms(text) == {expected}


def test_several_are_given_in_their_order_with_where_they_stand() -> None:
    text = "one http://a.test/x, two b.test/y; three hxxp://c[.]test."
    found = addresses_in(text)
    assert [one.text for one in found] == ["http://a.test/x", "b.test/y", "http://c.test"]
    assert [text[one.start : one.end] for one in found] == ["http://a.test/x", "b.test/y", "hxxp://c[.]test"]


AROUND = st.text(st.characters(codec="utf-8", exclude_characters="@"), max_size=30)
HOSTS = st.sampled_from(["example.test", "a.example", "x.y.example.test", "192.0.2.9", "bücher.example"])
PATHS = st.sampled_from(["", "/", "/a", "/a/b.html", "/a?b=1&c=2", "/a_(b)", "/~x/%C3%A9"])
BORDERS = st.sampled_from(
    [(" ", " "), ("\n", "\n"), ("(", ") "), ("<", ">"), ('"', '"'), ("[x](", ") "), (": ", ", "), ("", "\t")]
)


@given(AROUND, AROUND, st.sampled_from(["http://", "https://", "hxxp://", "hxxps[:]//"]), HOSTS, PATHS, BORDERS)
@example("http:/", "", "http://", "example.test", "/a", (" ", " "))
def test_an_address_with_a_scheme_is_found_in_any_text(
    before: str, after: str, scheme: str, host: str, path: str, border: tuple[str, str]
) -> None:
    text = f"{before}{border[0]}{scheme}{host}{path}{border[1]}{after}"
    assert canonical(f"http://{host}{path}").url in forms(text)


PROSE = st.lists(
    st.sampled_from(["the", "light", "Keeper", "dot", "at", "end", "it's", "3.14", "2,000", "(see", "page)", "e.g.",
                     "yes!",
                     "no?", "-", "…", "a/b", "well-known", "été", "灯台", "C++", "$5", "#1", "&", "9:30",
                     "Smith.", "“quoted”"]),
    max_size=30,
)  # fmt: skip


@given(PROSE)
def test_nothing_is_found_in_plain_prose(words: list[str]) -> None:
    assert addresses_in(" ".join(words)) == []


@given(st.text(st.sampled_from("ahtpx:/.[]() dot@%&;\u200bé\\*"), max_size=60))
def test_any_text_can_be_read_and_nothing_found_lies_outside(text: str) -> None:
    for found in addresses_in(text):
        assert 0 <= found.start < found.end <= len(text)


def test_an_address_longer_than_any_is_cut_and_found_by_what_it_is_below() -> None:
    (found,) = addresses_in("http://example.test/a/" + "x" * 3 * LONGEST)
    assert found.text.startswith("http://example.test/a/xxx")
    assert len(found.text) < 2 * LONGEST
