"""Addresses are found by what lists say of them, phrases where they stand, and nothing else is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.detect.links import canonical
from lightkeeper.detect.matching.keyed import indexes_of, key_words
from lightkeeper.detect.matching.written import Phrase, WrittenIndex
from lightkeeper.detect.places import listed_value
from lightkeeper.detect.text.words import words_of

KEY = bytes(range(16))
VECTORS = {
    0: "a3817f04ba25a8e66df67214c7550293", 1: "da87c1d86b99af44347659119b22fc45",
    2: "8177228da4a45dc7fca38bdef60affe4", 3: "9c70b60c5267a94e5f33b6b02985ed51",
    8: "3b62a9ba6258f5610f83e264f31497b4", 63: "5150d1772f50834a503e069a973fbd7c",
}  # fmt: skip
"""Of the reference implementation of SipHash-2-4 with 128 bits."""


def index(*entries: tuple[str, str]) -> WrittenIndex:
    empty = WrittenIndex(KEY)
    batch = empty.batch()
    for number, (kind, text) in enumerate(entries):
        batch.add(number, kind, listed_value(kind, text))
    return empty.changed(batch)


def found(made: WrittenIndex, *texts: str) -> list[list[tuple[int, str]]]:
    return [list(map(tuple, places)) for places in made.find_addresses([canonical(text).url or "" for text in texts])]  # type: ignore[arg-type]


@pytest.mark.parametrize(("size", "expected"), VECTORS.items())
def test_indexes_are_those_of_the_published_function(size: int, expected: str) -> None:
    (words,) = indexes_of(key_words(KEY), [-1], [bytes(range(size))])
    assert words.astype("<u8").tobytes().hex() == expected


def test_a_prefix_ends_at_a_border_of_the_path() -> None:
    made = index(("url_prefix", "https://www.example.test/a/b/"))
    matching = ["/a/b", "/a/b/", "/a/b/c", "/a/b?x", "/a/b/?x", "/a/b/c/d?x=/", "/a/./b/c", "/x/../a/b/c"]
    others = ["/a/bc", "/a", "/a/", "/", "/A/b", "/a//b", "/x/a/b", "?x=/a/b", "/a%2Fb"]
    assert found(made, *("http://example.test" + path for path in matching)) == [[(0, "prefix")]] * len(matching)
    assert found(made, *("http://example.test" + path for path in others)) == [[]] * len(others)
    assert found(made, "http://x.example.test/a/b", "http://example.test:8080/a/b") == [[], []]


def test_a_domain_is_its_host_and_all_below_it_at_any_port() -> None:
    made = index(
        ("domain", "example.test"), ("domain", "192.0.2.1"), ("domain", "[2001:db8::1]"), ("domain", "bücher.test")
    )
    assert found(made, "example.test/x", "http://A.b.Example.TEST:81/?q", "www.example.test/") == [[(0, "domain")]] * 3
    assert found(made, "http://192.0.2.1:8/x", "http://3221225985/") == [[(1, "domain")]] * 2
    assert found(made, "http://[2001:db8:0::1]:8/", "http://[2001:db8::1]/x") == [[(2, "domain")]] * 2
    assert found(made, "http://x.xn--bcher-kva.test/") == [[(3, "domain")]]
    others = [
        "notexample.test/",
        "example.test.other.test/",
        "http://test/",
        "http://192.0.2.11/",
        "http://[2001:db8::2]/",
    ]
    assert found(made, *others) == [[]] * len(others)


def test_the_most_specific_entry_comes_first() -> None:
    made = index(
        ("domain", "example.test"), ("domain", "a.example.test"), ("url_prefix", "http://a.example.test/"),
        ("url_prefix", "http://a.example.test/x/y"), ("url", "http://a.example.test/x/y/z"),
        ("url_sha256", hashlib.sha256(b"https://a.example.test/x/y/z").hexdigest()),
    )  # fmt: skip
    (all_of_them,) = found(made, "a.example.test/x/y/z")
    assert [entry for entry, _ in all_of_them] == [5, 4, 3, 2, 1, 0] or [e for e, _ in all_of_them] == [
        4,
        5,
        3,
        2,
        1,
        0,
    ]
    assert [scope for _, scope in all_of_them] == ["exact", "exact", "prefix", "prefix", "domain", "domain"]


@pytest.mark.parametrize("kind", ["url_sha256", "url_md5"])
def test_lists_that_come_hashed_are_found_by_any_of_three_spellings(kind: str) -> None:
    digest = hashlib.sha256 if kind == "url_sha256" else hashlib.md5
    texts = ["http://example.test/a?b=1", "https://other.test/a", "third.test/a"]
    made = index(
        *((kind, digest(text.encode()).hexdigest()) for text in texts),
        (kind, "prefix:" + digest(b"http://p.test/a/b").hexdigest()),
        (kind, "domain:" + digest(b"d.test").hexdigest().upper()),
    )
    assert found(made, *texts) == [[(0, "exact")], [(1, "exact")], [(2, "exact")]]
    assert found(made, "p.test/a/b/c?x", "p.test/a/bc", "x.y.d.test:80/q", "p.test/a/b") == [
        [(3, "prefix")], [], [(4, "domain")], [(3, "prefix")],
    ]  # fmt: skip
    assert found(made, "third.test/a/b", "x.third.test/a", "example.test/a") == [[], [], []]


PLACES = st.sampled_from(["example.test", "a.example.test", "b.a.example.test", "192.0.2.7", "other.test:81"])
PATHS = st.lists(st.sampled_from(["a", "b", "ab", "", "a.b"]), max_size=4).map(lambda parts: "/" + "/".join(parts))
QUERIES = st.sampled_from(["", "?a", "?/a/b", "?a=example.test"])
URLS = st.builds(lambda host, path, query: f"http://{host}{path}{query}", PLACES, PATHS, QUERIES)
ENTRIES = st.one_of(
    st.tuples(st.just("url"), URLS),
    st.tuples(st.just("url_prefix"), st.builds(lambda host, path: host + path, PLACES, PATHS)),
    st.tuples(st.just("domain"), PLACES.map(lambda place: place.partition(":")[0])),
)


def by_hand(kind: str, value: str, form: str) -> bool:
    """What an entry means, written down as simply as can be."""
    if kind == "url":
        return form == value
    if kind == "url_prefix":
        return form.startswith((value + "/", value + "?")) or form == value
    host = form.removeprefix("http://").partition("/")[0].partition(":")[0]
    return host == value or (host.endswith("." + value) and not host[-1].isdigit())


@given(st.lists(ENTRIES, max_size=12), st.lists(URLS, max_size=6))
def test_what_is_found_is_what_the_entries_mean(entries: Sequence[tuple[str, str]], urls: list[str]) -> None:
    made = index(*entries)
    forms = [canonical(url).url or "" for url in urls]
    values = [listed_value(kind, text).decode() for kind, text in entries]
    for form, places in zip(forms, made.find_addresses(forms), strict=True):
        expected = {n for n, (kind, _) in enumerate(entries) if by_hand(kind, values[n], form)}
        assert {place.entry for place in places} == expected


WORDS = st.sampled_from(["blorp", "zantic", "quib", "a", "né"])


@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), max_size=8),
    st.lists(st.lists(WORDS, max_size=12), max_size=3),
)
def test_phrases_are_found_where_they_stand(phrases: list[str], texts: list[list[str]]) -> None:
    phrases = [phrase for phrase in phrases if len(phrase.replace(" ", "")) > 2]
    made = index(*(("phrase", phrase) for phrase in phrases))
    for words, hits in zip(texts, made.find_phrases(texts), strict=True):
        expected = {
            Phrase(n, at, at + phrase.count(" ") + 1)
            for n, phrase in enumerate(phrases)
            for at in range(len(words))
            if words[at : at + phrase.count(" ") + 1] == phrase.split(" ")
        }
        assert set(hits) == expected


def test_a_phrase_is_found_however_it_is_written_and_only_at_borders_of_words() -> None:
    made = index(("phrase", "Blorp zantic"), ("phrase", "don't quib"))
    written = ["BLORP-ZANTIC", "a ｂｌｏｒｐ  zan\u200btic!", "«blorp»\n\nzantic,", "xx dont quib", "don’t_quib"]
    assert [len(hits) for hits in made.find_phrases([words_of(text) for text in written])] == [1] * 5
    others = ["blorpzantic", "blorp zantics", "xblorp zantic", "zantic blorp", "blorp and zantic", ""]
    assert made.find_phrases([words_of(text) for text in others]) == [[]] * 6


def test_an_entry_that_goes_is_not_found_and_the_index_before_still_is() -> None:
    before = index(("url", "example.test/a"), ("domain", "example.test"))
    batch = before.batch()
    batch.add(0, "url", b"http://new.test/")
    after = before.changed(batch, first=2, removed=[1])
    assert found(after, "example.test/a", "new.test") == [[(0, "exact")], [(2, "exact")]]
    assert found(before, "example.test/a", "new.test") == [[(0, "exact"), (1, "domain")], []]
    again = WrittenIndex.from_sections(KEY, after.sections())
    assert found(again, "example.test/a", "new.test") == found(after, "example.test/a", "new.test")
    assert len(again) == len(after) == 2


def test_another_key_finds_nothing_and_a_short_one_is_refused() -> None:
    made = index(("url", "example.test/a"))
    other = WrittenIndex.from_sections(b"x" * 16, made.sections())
    assert found(other, "example.test/a") == [[]]
    with pytest.raises(ValueError, match="16 bytes"):
        WrittenIndex(b"short")
