"""What the axes of charts, their values and units are called where people read them."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from lightkeeper.figures.types import Unit

UNITS: Final = {
    Unit.REPORT: _("reports"),
    Unit.URL: _("URLs"),
    Unit.IMAGE: _("images"),
    Unit.VIDEO: _("videos"),
    Unit.CHILD: _("children"),
    Unit.HASH: _("hashes"),
    Unit.CONVERSATION: _("conversations"),
    Unit.ACCOUNT: _("accounts"),
    Unit.CASE: _("cases"),
    Unit.ITEM: _("items"),
    Unit.NOTICE: _("takedown notices"),
    Unit.DOMAIN: _("domains"),
    Unit.TLD: _("top-level domains"),
    Unit.PAIR: _("pairs"),
    Unit.VIEW: _("views"),
    Unit.LEASE: _("leases"),
    Unit.HOUR: _("hours"),
}
UNIT_WORDS: Final = {
    Unit.REPORT: _("One notice from somebody, or a find of this organisation's own. Many may be of one URL."),
    Unit.URL: _("One address of a page or a file, in its canonical form, once. It may show many images."),
    Unit.IMAGE: _("One still picture, once, by the bytes of its file."),
    Unit.VIDEO: _("One moving picture, once, by the bytes of its file."),
    Unit.CHILD: _("One child that can be seen. In two images it is counted twice, as nobody is identified."),
    Unit.HASH: _("One value of one algorithm on a list. One image may have several."),
    Unit.CONVERSATION: _("One exchange of messages between the same parties."),
    Unit.ACCOUNT: _("One account of a platform. One person may have several."),
    Unit.CASE: _("One review by people, of one item, conversation or account."),
    Unit.ITEM: _("One piece of content of any kind, once, however often it came."),
    Unit.NOTICE: _("One notice or referral to one recipient about one URL."),
    Unit.DOMAIN: _("One name that somebody registered, as example.org, once in each value of an axis."),
    Unit.TLD: _("One last part of a host's name, as org."),
    Unit.PAIR: _("Two judgements of one item, by people who did not know each other's."),
    Unit.VIEW: _("One look of one person at one item at one level, until it was veiled again."),
    Unit.LEASE: _("One time that somebody had a case, from taking it until it ended."),
    Unit.HOUR: _("One whole hour."),
}  # fmt: skip
AXES: Final = {
    "access": _("Access"),
    "age": _("Youngest child"),
    "age_bracket": _("Youngest child"),
    "algorithm": _("Algorithm"),
    "category": _("Category"),
    "commercial": _("Commercial"),
    "continent": _("Continent"),
    "country": _("Country"),
    "days": _("Days until it was gone"),
    "creation": _("How it was made"),
    "detector": _("Detector"),
    "disguised": _("Disguised"),
    "ended": _("How it ended"),
    "hosting_country": _("Hosting country"),
    "industry_class": _("Industry classification"),
    "level": _("Level"),
    "list": _("List"),
    "outcome": _("Outcome"),
    "percentile": _("Of those that are gone"),
    "proactive": _("Found by"),
    "question": _("Question"),
    "self_made": _("Self-generated"),
    "sex": _("Sex"),
    "site_type": _("Kind of site"),
    "source": _("Source"),
    "tld": _("Top-level domain"),
    "tld_kind": _("Kind of top-level domain"),
    "year": _("Year"),
}
VALUES: Final = {
    "actioned": _("actioned"),
    "ai_generated": _("AI-generated"),
    "both": _("both"),
    "boys": _("boys"),
    "child_self_report": _("reported by a child"),
    "coerced_extortion": _("coerced, extortion"),
    "contact_abuse": _("abuse by somebody present"),
    "duplicate": _("duplicate"),
    "external": _("reported to us"),
    "false": _("no"),
    "girls": _("girls"),
    "hotline": _("another hotline"),
    "member": _("members"),
    "non_photographic": _("not photographic"),
    "none": _("none"),
    "not_criminal": _("not criminal"),
    "not_found": _("not found"),
    "other": _("other"),
    "other_agency": _("other agency"),
    "pdq": _("PDQ"),
    "md5": _("MD5"),
    "police": _("police"),
    "proactive": _("our own search"),
    "prohibited_image": _("prohibited image"),
    "public": _("the public"),
    "self_generated": _("self-generated"),
    "sha1": _("SHA-1"),
    "sha256": _("SHA-256"),
    "true": _("yes"),
    "unidentified": _("not identified"),
    "unknown": _("not known"),
}
"""Where a value is not here, it is printed as it is (``A``, ``3-6``, ``DE``), a space for each underscore."""
OWN_VALUES: Final = {
    ("proactive", "true"): _("our own search"),
    ("proactive", "false"): _("reported to us"),
    ("commercial", "true"): _("commercial"),
    ("commercial", "false"): _("not commercial"),
    ("commercial", "yes"): _("commercial"),
    ("commercial", "no"): _("not commercial"),
    ("disguised", "true"): _("disguised"),
    ("disguised", "false"): _("not disguised"),
    ("tld_kind", "country"): _("of a country"),
    ("tld_kind", "number"): _("a number, no name"),
    ("days", "1"): _("within one day"),
    ("days", "2"): _("on the second day"),
    ("days", "3-5"): _("3 to 5 days"),
    ("days", "6-10"): _("6 to 10 days"),
    ("days", "11-30"): _("11 to 30 days"),
    ("days", "31-"): _("more than 30 days"),
    ("days", "none"): _("not known to be gone"),
    ("outcome", "removed"): _("removed"),
    ("outcome", "there"): _("there"),
    ("outcome", "returned"): _("returned"),
    ("percentile", "p50"): _("a half within"),
    ("percentile", "p75"): _("three in four within"),
    ("percentile", "p90"): _("nine in ten within"),
    ("source", "drawn"): _("drawn by chance"),
    ("source", "asked"): _("asked for by policy"),
    ("source", "host"): _("host"),
    ("source", "agency"): _("another agency"),
}
"""What a value is called on one axis alone."""
_YES_OR_NO: Final = ("true", "false")


def unit(one: Unit) -> str:
    """What is counted, in the plural."""
    return str(UNITS[one])


def axis(name: str) -> str:
    """An axis."""
    return str(AXES.get(name) or _spaced(name).capitalize())


def value(code: str, of: str) -> str:
    """A value of an axis."""
    return str(OWN_VALUES.get((of, code)) or VALUES.get(code) or _spaced(code)) or str(_("not stated"))


def values(key: tuple[str, ...], axes: tuple[str, ...]) -> str:
    """A cell's values on some axes, as one text. Of what is yes or no it is said what is."""
    return ", ".join(
        f"{axis(name)}: {value(code, name)}"
        if code in _YES_OR_NO and (name, code) not in OWN_VALUES
        else value(code, name)
        for code, name in zip(key, axes, strict=True)
    )


def _spaced(code: str) -> str:
    return code.replace("_", " ").strip()
