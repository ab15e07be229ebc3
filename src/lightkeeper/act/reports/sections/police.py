"""What police know already, and whom they may ask here."""

from __future__ import annotations

import dataclasses
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.act.reports.ncmec.common import ContactPerson, Email, Phone
from lightkeeper.act.reports.ncmec.report import InternationalProcess, LawEnforcement, Report
from lightkeeper.act.reports.sections.base import Section, as_maybe, country, line, maybe, same_texts


class Police(Section):
    """What law enforcement was told, and by whom it may be answered."""

    title = gettext_lazy("Police, and whom they may ask here")
    agency = line(gettext_lazy("Authority that was told, or that asked"))
    agency_case = line(gettext_lazy("Its number of the case"), 100)
    agency_told = maybe(gettext_lazy("It was told of this incident"))
    officer_first_name = line(gettext_lazy("First name of the officer"), 100)
    officer_last_name = line(gettext_lazy("Last name of the officer"), 100)
    officer_email = forms.EmailField(
        label=gettext_lazy("E-mail address of the officer"), max_length=255, required=False
    )
    officer_phone = line(gettext_lazy("Telephone number of the officer"), 50)
    process_domestic = maybe(gettext_lazy("An authority of the United States served legal process"))
    process_country = line(
        gettext_lazy("An authority of another country served legal process: which country"), 2,
        gettext_lazy("Two letters, such as DE. Leave it empty otherwise."),
    )  # fmt: skip
    contact_first_name = line(gettext_lazy("Whom police may ask here: first name"), 100)
    contact_last_name = line(gettext_lazy("Whom police may ask here: last name"), 100)
    contact_email = forms.EmailField(
        label=gettext_lazy("Whom police may ask here: e-mail address"), max_length=255, required=False
    )
    contact_phone = line(gettext_lazy("Whom police may ask here: telephone number"), 50)

    def known(self, report: Report) -> dict[str, Any]:
        """What the draft says now."""
        known = report.law_enforcement
        said: dict[str, Any] = _entered("contact", report.reporter.contact_person)
        if known is None:
            return said
        abroad = known.served_legal_process_international
        return {
            **said, **_entered("officer", known.officer_contact),
            "agency": known.agency_name, "agency_case": known.case_number or "",
            "agency_told": as_maybe(known.reported_to_le),
            "process_domestic": as_maybe(known.served_legal_process_domestic),
            "process_country": (abroad.flea_country or "") if abroad is not None else "",
        }  # fmt: skip

    def clean_process_country(self) -> str:
        """A code that there is."""
        return country(self.cleaned_data["process_country"])

    def clean(self) -> dict[str, Any]:
        """Nothing of an authority without its name."""
        said: dict[str, Any] = super().clean() or {}
        of_agency = [value for name, value in said.items() if name.startswith(("agency_", "officer_", "process_"))]
        if not said.get("agency") and any(value not in ("", None) for value in of_agency):
            self.add_error("agency", _("Name the authority of which the rest is said."))
        return said

    def changed(self, report: Report) -> Report:
        """The report with what the form says; everything else as it was."""
        reporter = dataclasses.replace(
            report.reporter, contact_person=self._contact("contact", report.reporter.contact_person)
        )
        return dataclasses.replace(report, reporter=reporter, law_enforcement=self._agency(report.law_enforcement))

    def _agency(self, known: LawEnforcement | None) -> LawEnforcement | None:
        said = self.cleaned_data
        if not said["agency"]:
            return None
        abroad = said["process_country"]
        return LawEnforcement(
            agency_name=said["agency"], case_number=said["agency_case"] or None,
            officer_contact=self._contact("officer", known.officer_contact if known is not None else None),
            reported_to_le=said["agency_told"], served_legal_process_domestic=said["process_domestic"],
            served_legal_process_international=InternationalProcess(served=True, flea_country=abroad)
            if abroad else None,
        )  # fmt: skip

    def _contact(self, who: str, known: ContactPerson | None) -> ContactPerson | None:
        said = {name: self.cleaned_data[f"{who}_{name}"] for name in ("first_name", "last_name", "email", "phone")}
        there = known or ContactPerson()
        emails = same_texts([said["email"]] if said["email"] else [], there.emails, lambda one: Email(text=one))
        phones = same_texts([said["phone"]] if said["phone"] else [], there.phones, lambda one: Phone(text=one))
        made = dataclasses.replace(
            there, first_name=said["first_name"] or None, last_name=said["last_name"] or None, emails=emails,
            phones=phones,
        )  # fmt: skip
        return None if made == ContactPerson() else made


def _entered(who: str, known: ContactPerson | None) -> dict[str, str]:
    there = known or ContactPerson()
    return {
        f"{who}_first_name": there.first_name or "",
        f"{who}_last_name": there.last_name or "",
        f"{who}_email": there.emails[0].text if there.emails else "",
        f"{who}_phone": there.phones[0].text if there.phones else "",
    }
