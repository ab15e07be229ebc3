"""What tools are used and how, in plain words, from what is switched on: for a service's terms (Ofcom's G1 and G3)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from lightkeeper.intake.models import Surface
from lightkeeper.lists.models import HashList
from lightkeeper.lists.types import ListPurpose, ListStatus
from lightkeeper.record.services import current_policy, hash_only


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A heading, and what is said under it, a sentence each."""

    title: str
    sentences: tuple[str, ...]


def statement() -> list[Paragraph]:
    """The whole statement, in the language in force. It tells no list, no radius, nothing that would not be found."""
    return [
        Paragraph(_("What is searched"), _searched()),
        Paragraph(_("What happens when something is found"), _what_happens()),
        Paragraph(_("How right the tools are"), _how_right()),
        Paragraph(_("If you think that we were wrong"), _complaints()),
    ]


def _searched() -> tuple[str, ...]:
    said = []
    if HashList.objects.filter(purpose=ListPurpose.KNOWN, status__in=(ListStatus.VETTED, ListStatus.TRIAL)).exists():
        said.append(_(
            "Pictures and videos are compared with lists of known child sexual abuse material. What is compared are"
            " numbers computed from them, from which no picture can be made again."
        ))  # fmt: skip
        said.append(_("A computation that also recognises changed copies is used; it can be wrong."))
    if current_policy().conversations:
        said.append(_(
            "Who writes to whom, how often, and signs that are known from grooming are looked for in conversations"
            " where the law allows it. They are a reason for a person to look, never a verdict about anybody."
        ))  # fmt: skip
    private = Surface.objects.filter(private=True, detection=True).order_by("name")
    said.append(
        _("Private messages are searched only in: %(names)s.") % {"names": ", ".join(row.name for row in private)}
        if private else _("No private messages are searched.")
    )  # fmt: skip
    return tuple(said)


def _what_happens() -> tuple[str, ...]:
    said = [_("A trained person looks at what was found, and decides. No tool decides about an account or a report.")]
    said.append(_(
        "Only a file that is equal, byte for byte, to one that experts have confirmed is kept from being shown before"
        " that person has decided."
    ))  # fmt: skip
    if hash_only():
        said.append(_("Nothing that is found is kept here; only numbers computed from it are."))
    else:
        said.append(_("What is found is kept encrypted, as long as the law asks for, and then destroyed."))
    said.append(_("What people confirm is reported to the authorities that the law names."))
    return tuple(said)


def _how_right() -> tuple[str, ...]:
    policy = current_policy()
    return (
        _("Of what the tools find, %(percent)d %% at least is drawn by chance and judged by people, so that it is known"
          " how often they are wrong.") % {"percent": policy.sample_percent},
        _("How well they serve is reviewed every six months, and the review is kept."),
    )  # fmt: skip


def _complaints() -> tuple[str, ...]:
    url = settings.LIGHTKEEPER["appeal_url"]
    said = [_("A decision can be appealed; somebody else than who made it looks again.")]
    if url:
        said.append(_("Appeals: %(url)s") % {"url": url})
    said.append(_("You may ask whether a tool was used in a decision about you."))
    return tuple(said)
