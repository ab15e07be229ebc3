"""Equal places have equal canonical forms, and any text has a form or a reason."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lightkeeper.detect.links import LONGEST, canonical

SAME = [
    ("http://example.test", "http://example.test/"),
    ("HTTPS://Example.TEST:443/", "http://example.test/"),
    ("https://example.test:80/", "http://example.test/"),
    ("http://example.test:0080/", "http://example.test/"),
    ("http://example.test:/", "http://example.test/"),
    ("example.test/a", "http://example.test/a"),
    ("//example.test/a", "http://example.test/a"),
    ("example.test:8080/a", "http://example.test:8080/a"),
    ("  http://example.test/a\n", "http://example.test/a"),
    ("http://exa\tmple.test/\na", "http://example.test/a"),
    ("http:\\\\example.test\\a\\b", "http://example.test/a/b"),
    ("http:/example.test/a", "http://example.test/a"),
    ("http:////example.test/a", "http://example.test/a"),
    ("http://user:pass@example.test/a", "http://example.test/a"),
    ("http://a@b@example.test/a", "http://example.test/a"),
    ("http://example.test./a", "http://example.test/a"),
    ("http://example.test/a#part", "http://example.test/a"),
    ("http://example.test/a?", "http://example.test/a"),
    ("http://example.test?q=1", "http://example.test/?q=1"),
    ("http://example.test/a/./b/../c", "http://example.test/a/c"),
    ("http://example.test/a/%2e%2E/c", "http://example.test/c"),
    ("http://example.test/../../c", "http://example.test/c"),
    ("http://example.test/a/..", "http://example.test/"),
    ("http://example.test/a/.", "http://example.test/a/"),
    ("http://example.test/%7euser/%41", "http://example.test/~user/A"),
    ("http://example.test/%c3%a9", "http://example.test/%C3%A9"),
    ("http://example.test/é b", "http://example.test/%C3%A9%20b"),
    ("http://example.test/a%2fb", "http://example.test/a%2Fb"),
    ("http://example.test/100%", "http://example.test/100%25"),
    ("http://example.test/?q=a b&r=%41", "http://example.test/?q=a%20b&r=A"),
    ("http://bücher.test/", "http://xn--bcher-kva.test/"),
    ("http://BÜCHER.test/", "http://xn--bcher-kva.test/"),
    ("http://xn--BCHER-kva.test/", "http://xn--bcher-kva.test/"),
    ("http://b%C3%BCcher.test/", "http://xn--bcher-kva.test/"),
    ("http://straße.test/", "http://xn--strae-oqa.test/"),
    ("http://ｅｘａｍｐｌｅ．test/", "http://example.test/"),
    ("http://example。test/", "http://example.test/"),
    ("http://exam\u00adple.test/", "http://example.test/"),
    ("http://ex%61mple.test/", "http://example.test/"),
    ("http://127.0.0.1/", "http://127.0.0.1/"),
    ("http://0x7f.1/", "http://127.0.0.1/"),
    ("http://2130706433/", "http://127.0.0.1/"),
    ("http://0177.0.0.01/", "http://127.0.0.1/"),
    ("http://192.0.2.1./", "http://192.0.2.1/"),
    ("http://[2001:DB8::0:1]/", "http://[2001:db8::1]/"),
    ("http://[2001:db8:0:0:0:0:0:1]:80/", "http://[2001:db8::1]/"),
    ("http://[::ffff:192.0.2.1]/", "http://[::ffff:c000:201]/"),
    ("http://www.example.test/a", "http://example.test/a"),
    ("http://WWW.www.example.test/a", "http://example.test/a"),
    ("http://www.test/", "http://www.test/"),
    ("http://.example..test.../a", "http://example.test/a"),
    ("http://ΒΌΛΟΣ.test/", "http://βόλοσ.test/"),
    ("http://bü\ufe0fcher.test/", "http://xn--bcher-kva.test/"),
    ("http://xn--bcher-kva.BÜCHER.test/", "http://bücher.xn--bcher-kva.test/"),
    ("http://example.test/%2541%252fb", "http://example.test/A%2Fb"),
    ("http://example.test/%25252541", "http://example.test/A"),
    ("http://example.test/%2%354%31", "http://example.test/A"),
    ("http://example.test/a%2", "http://example.test/a%252"),
    ("http://example.test/%28a%29%2a%21%3A%40", "http://example.test/(a)*!:@"),
    ("http://example.test/a|b", "http://example.test/a%7cb"),
    ("http://example.test/?a=1&&b=2&", "http://example.test/?a=1&b=2"),
    ("http://example.test/?utm_source=x&a=1&fbclid=y&b=2&UTM_Medium=z", "http://example.test/?a=1&b=2"),
    ("http://example.test/?utm_source=x", "http://example.test/"),
    ("http://example.test/?gclid&a=1", "http://example.test/?a=1"),
    ("http://example.test/?%75tm_source=x", "http://example.test/"),
]  # fmt: skip
NONE = [
    "", " ", "hello", "hello world", "mailto:someone@example.test", "javascript:alert(1)", "ftp://example.test/",
    "data:text/plain,x", "http://", "http:///", "http://:80/", "http://exa mple.test/", "http://example.test:99999/",
    "http://example.test:x/", "http://exam<ple.test/", "http://256.0.0.1/", "http://1.2.3.4.5/", "http://1.2.3.08/",
    "http://[::1", "http://[::g]/", "http://[fe80::1%25eth0]/", "http://.../", "http://" + "a" * 64 + ".test/",
    "http://www.256.0.0.1/", "http://www.192.0.2.1/", "http://" + "é" * 60 + ".test/",
    "http://" + "a." * 130 + "test/", "http://ex%ffample.test/", "http://example.test%2fa/", "http://%00.test/",
    "x" * (LONGEST + 1), "http://example.test:" + "9" * 5000, "http://exa℀mple.test/", "http://4294967296/",
]  # fmt: skip
FORM = re.compile(r"http://(\[[0-9a-f:.]+\]|[^\x00-\x20\"#%/:<>?@\[\\\]^`{|}A-Z]+)(:\d{1,5})?/[!-~]*", re.ASCII)

PARTS = st.sampled_from(
    ["http", "https", "://", ":", "/", "//", "\\", "?", "#", "@", "%", "%2", "%2e", "%2F", "%41", "..", ".", "a", "B",
     "é", "ß", "。", "xn--", "xn--bcher-kva", "[", "]", "::1", "1", "0x", "08", "255", "example.test", "\ud800", "\x00",
     "\u200b", "\t", " ", "İ", "ﬀ", "\U0001f600", "%25", "%2525", "&", "=", "utm_x", "fbclid=", "www.", "Σ",
     ":80", ":443",     "5", "3", "(", "%28", "%C3", "%a9"]
)  # fmt: skip


@pytest.mark.parametrize(("text", "form"), SAME)
def test_equal_places_have_one_form(text: str, form: str) -> None:
    assert canonical(text).url == canonical(form).url
    assert canonical(text).url is not None
    if form.isascii() and "%7c" not in form:
        assert canonical(text).url == form


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_address_has_a_reason_that_repeats_nothing(text: str) -> None:
    result = canonical(text)
    assert result.url is None
    assert str(result.reason).endswith(".")
    assert "example" not in str(result.reason)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.test/a", "http://example.test/A"),
        ("http://example.test/a", "http://example.test/a/"),
        ("http://example.test/?a=1&b=2", "http://example.test/?b=2&a=1"),
        ("http://example.test:8080/", "http://example.test/"),
        ("http://example.test/a/b", "http://example.test/a%2Fb"),
        ("http://example.test//a", "http://example.test/a"),
        ("http://www2.example.test/", "http://example.test/"),
        ("http://www.co/", "http://co.test/"),
        ("http://example.test/a%26b", "http://example.test/a&b"),
        ("http://example.test/?a=1%26b=2", "http://example.test/?a=1&b=2"),
        ("http://example.test/?author=utm_x", "http://example.test/"),
        ("http://example.test/?xutm_source=1", "http://example.test/"),
        ("http://example.test/a%20b", "http://example.test/a+b"),
    ],
)
def test_different_places_stay_different(one: str, other: str) -> None:
    assert canonical(one).url != canonical(other).url


@given(
    st.one_of(
        st.text(), st.lists(PARTS, max_size=12).map("".join), st.lists(PARTS).map(lambda p: "http://" + "".join(p))
    )
)
@example("http://%%34%31.test/%%34%31")
@example("http://a/%e2%80%8b/..%2f")
@example("https://example.test:80/")
@example("http://www.www.test/")
@example("http://example.test/%2%2%35%34%31")
@example("http://example.test/?&utm_x&%2526")
def test_any_text_has_a_form_that_is_its_own_form_or_a_reason(text: str) -> None:
    result = canonical(text)
    assert (result.url is None) == (result.reason is not None)
    if result.url is not None:
        assert FORM.fullmatch(result.url)
        assert len(result.url) <= LONGEST
        assert canonical(result.url).url == result.url


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_what_stands_behind_the_fragment_means_nothing(tail: str) -> None:
    assert canonical("http://example.test/a#" + tail) == canonical("http://example.test/a")


TAILS = st.text(st.sampled_from("abAB09-._~/?&=%25é("), max_size=20)


@given(TAILS)
def test_ways_of_writing_one_place_give_one_form(tail: str) -> None:
    plain = canonical("http://example.test/" + tail)
    ways = ("HTTPS://user@www.Example.TEST.:443/", "//example.test/", " example.test:80/", "http://ex%61mple。test\\")
    assert {canonical(way + tail + "#x") for way in ways} == {plain}


@given(TAILS)
def test_escaping_once_more_is_no_other_place(tail: str) -> None:
    once = canonical("http://example.test/" + tail.replace("?", "")).url or ""
    again = once.replace("%", "%25")
    assert canonical(again).url == once


def test_a_form_that_its_escapes_make_too_long_has_a_reason() -> None:
    result = canonical("http://example.test/" + "é" * 20_000)
    assert result.url is None
    assert "escapes" in str(result.reason)


def test_names_of_hosts_are_mapped_as_the_standard_does() -> None:
    idna = pytest.importorskip("idna")
    wrong = []
    for code in [*range(0xA1, 0x2800), *range(0xA640, 0xA800), *range(0xFB00, 0xFB50), *range(0xFF01, 0xFF5F)]:
        text = f"a{chr(code)}b"
        if unicodedata.category(chr(code)) == "Cn":  # Python's tables are older than those of the test
            continue
        try:
            label = idna.uts46_remap(text, std3_rules=False, transitional=False)
        except idna.IDNAError:
            continue
        if not set(label) & set(' "#%/:<>?@[\\]^`{|}.') and label.isprintable():
            encoded = label if label.isascii() else "xn--" + label.encode("punycode").decode()
            if canonical(f"http://{text}.test/").url != f"http://{encoded}.test/":
                wrong.append(f"{code:x}")
    assert wrong == []
