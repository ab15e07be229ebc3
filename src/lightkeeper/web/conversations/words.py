"""What signals, families, bands and ages are called on pages, in the reader's language.

No word here says what somebody is: a signal is something that was seen, a band is how soon a person looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True, slots=True)
class SignalWords:
    """What a signal is called, and one plain sentence. ``A`` is whose messages are looked at, ``B`` who got them."""

    name: str | StrPromise
    sentence: str | StrPromise


SIGNALS: Final[dict[str, SignalWords]] = {
    "age_gap_minor_contact": SignalWords(
        _("Age gap"), _("B is a child; A is an adult, or of unknown age, and no tie between them is known.")
    ),
    "age_deception": SignalWords(
        _("Age does not fit"), _("What A said of their age changed, or another source differs.")
    ),
    "new_account": SignalWords(_("New account"), _("A's account was made shortly before.")),
    "multi_minor_fanout": SignalWords(_("Many children approached"), _("A approached several children within days.")),
    "low_acceptance": SignalWords(_("Few accept"), _("Few of those whom A asks accept or answer.")),
    "no_mutual_contact": SignalWords(_("No contact in common"), _("A and B know nobody in common on the platform.")),
    "region_mismatch": SignalWords(_("Different regions"), _("The accounts of A and B are of different regions.")),
    "blocked_or_reported_by_minors": SignalWords(
        _("Blocked or reported"), _("Children whom A approached blocked or reported the account.")
    ),
    "template_reuse": SignalWords(_("Same opening"), _("A began with nearly the same words with other people.")),
    "engagement_asymmetry": SignalWords(_("One-sided"), _("A writes much more than B answers.")),
    "contact_burst": SignalWords(_("Sudden frequency"), _("Many messages came at once, soon after the first.")),
    "late_hours_contact": SignalWords(_("Late hours"), _("A writes at night by B's clock.")),
    "persistence_after_refusal": SignalWords(_("Goes on after a no"), _("A wrote on after B said no, or stop.")),
    "stage_progression": SignalWords(
        _("Steps in order"), _("Trust, questions about being alone, keeping apart and a request came in this order.")
    ),
    "secrecy_request": SignalWords(_("Asks to keep it secret"), _("A asks B not to tell somebody.")),
    "alone_probe": SignalWords(_("Asks who is there"), _("A asks whether B is alone, or who is near.")),
    "off_platform_move": SignalWords(_("Asks to move elsewhere"), _("A asks B to go on in another app or place.")),
    "image_request": SignalWords(_("Asks for a picture"), _("A asks B for a picture, or to turn the camera on.")),
    "call_request": SignalWords(_("Asks for a call"), _("A asks B for a call.")),
    "isolation": SignalWords(_("Sets apart"), _("A sets B apart from family or friends.")),
    "personal_probe": SignalWords(_("Asks where and how old"), _("A asks B for age, school or place.")),
    "flattery": SignalWords(_("Flattery"), _("A praises B again and again.")),
    "gift_offer": SignalWords(_("Offers something"), _("A offers B a gift or money.")),
    "meet_request": SignalWords(_("Asks to meet"), _("A asks B to meet.")),
    "pressure_or_threat": SignalWords(_("Pressure or threat"), _("A presses B, or says that something will follow.")),
    "money_demand": SignalWords(_("Demands money"), _("A demands money or vouchers of B.")),
    "exemplar_affinity": SignalWords(
        _("Resembles examples"), _("The wording comes near to examples that were written for this.")
    ),
    "known_relation": SignalWords(_("Known tie"), _("The platform knows a tie of family or school between the two.")),
    "long_mutual_history": SignalWords(_("Long acquaintance"), _("Both have written to each other for a long time.")),
    "peers": SignalWords(_("Of the same age"), _("Both are children, as far as is known.")),
}
"""By the names of the engine's catalogue; a name that is not here is shown as it is."""

PROTECTIVE: Final = frozenset({"known_relation", "long_mutual_history", "peers"})
"""What speaks for a conversation that is as it should be."""

SEVERE: Final = frozenset({"pressure_or_threat", "money_demand"})
"""The words of messages with these lie under a veil of their own: the sign is said first."""

FAMILIES: Final[dict[str, str | StrPromise]] = {
    "metadata": _("what is known of the accounts"),
    "contact": _("who is contacted, and how they answer"),
    "temporal": _("when and how often"),
    "phrase": _("wording"),
    "embedding": _("resemblance of wording"),
    "protective": _("speaks for it"),
}

BANDS: Final[dict[str, str | StrPromise]] = {
    "none": _("Nothing stands out."),
    "watch": _("Little stands out; nobody need look."),
    "review": _("Signs of different kinds came together: a person should look."),
    "urgent": _("A sign that should not wait: a person should look soon."),
}

AGES: Final[dict[str, str | StrPromise]] = {
    "u13": _("under 13"),
    "13-15": _("13 to 15"),
    "16-17": _("16 or 17"),
    "adult": _("adult"),
    "unknown": _("age not known"),
}

HOW_KNOWN: Final[dict[str, str | StrPromise]] = {
    "declared": _("as they said themselves"),
    "estimated": _("as the platform estimates"),
    "verified": _("as was verified"),
    "unknown": _("nobody said how"),
}

RELATIONS: Final[dict[str, str | StrPromise]] = {
    "family": _("Family"),
    "school": _("School"),
    "friend": _("Friends"),
    "stranger": _("Strangers"),
    "unknown": _("Not known"),
}

DEGRADED: Final[dict[str, str | StrPromise]] = {
    "no_scorer": _("The comparison with examples was not available."),
    "no_text": _("The platform sent no words: only who wrote when, and what the accounts say."),
    "language_unsupported": _("There is no pack of phrases for the language: words were not read by one."),
    "language_unscored": _("There are no examples in the language: words were not compared with any."),
}

MEDIA: Final[dict[str, str | StrPromise]] = {
    "picture": _("with a picture, which is not shown here"),
    "video": _("with a video, which is not shown here"),
    "audio": _("with a recording, which is not played here"),
    "link": _("with a link"),
    "other": _("with an attachment, which is not shown here"),
}


def signal_words(signal: str) -> SignalWords:
    """What a signal is called; its code where it has no words here."""
    return SIGNALS.get(signal) or SignalWords(signal, "")
