"""One plain sentence for each signal, in English: what was seen, never what somebody is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "age_gap_minor_contact": "An adult, or somebody of unknown age, writes to a child to whom no tie is known.",
    "age_deception": "What the sender said of their age changed, or another source differs.",
    "new_account": "The sender's account was made shortly before.",
    "multi_minor_fanout": "The sender approached several children within days.",
    "low_acceptance": "Few of those whom the sender asks accept or answer.",
    "no_mutual_contact": "The two know nobody in common on the platform.",
    "region_mismatch": "The two accounts are of different regions.",
    "blocked_or_reported_by_minors": "Children whom the sender approached blocked or reported the account.",
    "template_reuse": "The sender began with nearly the same words with other people.",
    "engagement_asymmetry": "The sender writes much more than is answered.",
    "contact_burst": "Many messages came at once, soon after the first.",
    "late_hours_contact": "Many messages come at night by the recipient's clock.",
    "persistence_after_refusal": "The sender went on after a no, or stop.",
    "stage_progression": "Trust, questions about being alone, keeping apart and a request came one after the other.",
    "secrecy_request": "The sender asks not to tell somebody.",
    "alone_probe": "The sender asks whether somebody is near.",
    "off_platform_move": "The sender asks to go on in another app or place.",
    "image_request": "The sender asks for a picture, or for the camera.",
    "call_request": "The sender asks for a call.",
    "isolation": "The sender sets the recipient apart from family or friends.",
    "personal_probe": "The sender asks for age, school or place.",
    "flattery": "The sender praises again and again.",
    "gift_offer": "The sender offers or gives something.",
    "meet_request": "The sender asks to meet.",
    "pressure_or_threat": "The sender presses, or says that something will follow.",
    "money_demand": "The sender demands money or vouchers.",
    "exemplar_affinity": "The wording comes near to examples that were written for this.",
    "known_relation": "The platform knows a tie between the two.",
    "long_mutual_history": "Both have written to each other for a long time.",
    "peers": "Both are children, as far as is known.",
}


def sentence(signal: str) -> str:
    """What a signal says; its name where there is no sentence."""
    return SENTENCES.get(signal, signal)
