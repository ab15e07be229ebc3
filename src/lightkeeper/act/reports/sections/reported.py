"""What is known of the reported account besides who it is: that is said on the page of who is who."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.act.reports.ncmec.common import (
    Email,
    EstimatedLocation,
    PermanentlyDisabled,
    Person,
    Phone,
    TemporarilyDisabled,
)
from lightkeeper.act.reports.ncmec.people import Reported
from lightkeeper.act.reports.ncmec.report import Report
from lightkeeper.act.reports.sections.base import (
    Section,
    as_maybe,
    country,
    line,
    lines,
    maybe,
    moment,
    same_second,
    same_texts,
    text,
)
from lightkeeper.act.reports.sections.place import checked_email

_TEXTS: Final = ("screen_name", "profile_bio", "group_identifier", "vehicle_description")
_MAYBES: Final = ("compromised_account", "third_party_user_reported", "all_emails_reported")
_FOR_A_TIME: Final = "for_a_time"
_FOR_GOOD: Final = "for_good"


def _number(line_of: str) -> None:
    if not (line_of.isascii() and line_of.isdigit() and len(line_of) <= 18):
        raise ValidationError(_("The number of a report has digits alone."))


class ReportedAccount(Section):
    """What is known of the account that is reported."""

    title = gettext_lazy("The reported account")
    screen_name = line(gettext_lazy("Screen name of the reported account"), 256)
    emails = lines(gettext_lazy("E-mail addresses"), gettext_lazy("One a line."), 255, checked_email)
    all_emails_reported = maybe(gettext_lazy("These are all of its e-mail addresses"))
    phones = lines(gettext_lazy("Telephone numbers"), gettext_lazy("One a line, with the code of the country."), 50)
    profile_bio = text(gettext_lazy("What its profile says"), 3000)
    group_identifier = line(gettext_lazy("Group or server to which it belongs"))
    city = line(gettext_lazy("Where it probably is: city"))
    region = line(gettext_lazy("Where it probably is: region"))
    country = line(gettext_lazy("Where it probably is: country (two letters)"), 2)
    disabled = forms.ChoiceField(
        label=gettext_lazy("The account was disabled"), required=False,
        choices=[("", gettext_lazy("Not said")), (_FOR_A_TIME, gettext_lazy("For a time")),
                 (_FOR_GOOD, gettext_lazy("For good"))],
    )  # fmt: skip
    disabled_at = moment(gettext_lazy("When it was disabled (UTC)"))
    user_notified = maybe(gettext_lazy("Its user was told of that"))
    compromised_account = maybe(gettext_lazy("Somebody else may have taken it over"))
    third_party_user_reported = maybe(gettext_lazy("It is an account of another service"))
    prior_ct_reports = lines(
        gettext_lazy("Earlier reports of this account"), gettext_lazy("Their numbers at the authority, one a line."),
        18, _number,
    )  # fmt: skip
    vehicle_description = line(gettext_lazy("Vehicle"), 300)
    reported_info = text(
        gettext_lazy("What else is known of the account"), 3000, gettext_lazy("No content of the case.")
    )

    def known(self, report: Report) -> dict[str, Any]:
        """What the draft says now."""
        who = report.reported[0] if report.reported else Reported()
        person, place = who.person or Person(), who.estimated_location
        state = (who.account_permanently_disabled or who.account_temporarily_disabled) if _how(who) else None
        return {
            **{name: getattr(who, name) or "" for name in _TEXTS},
            **{name: as_maybe(getattr(who, name)) for name in _MAYBES},
            "emails": [one.text for one in person.emails],
            "phones": [one.text for one in person.phones],
            "city": (place.city or "") if place is not None else "",
            "region": (place.region or "") if place is not None else "",
            "country": place.country_code if place is not None else "",
            "disabled": _how(who),
            "disabled_at": state.disabled_date if state is not None else None,
            "user_notified": as_maybe(state.user_notified) if state is not None else "",
            "prior_ct_reports": [str(one) for one in who.prior_ct_reports],
            "reported_info": who.additional_info or "",
        }

    def clean_country(self) -> str:
        """A code that there is."""
        return country(self.cleaned_data["country"])

    def clean(self) -> dict[str, Any]:
        """A place has a country; a time of disabling says how."""
        said: dict[str, Any] = super().clean() or {}
        if (said.get("city") or said.get("region")) and not said.get("country") and "country" not in self.errors:
            self.add_error("country", _("A city or a region needs its country."))
        if not said.get("disabled") and (said.get("disabled_at") or said.get("user_notified") is not None):
            self.add_error("disabled", _("Say whether the account was disabled for a time or for good."))
        return said

    def changed(self, report: Report) -> Report:
        """The report with what the form says; everything else as it was."""
        known = report.reported[0] if report.reported else Reported()
        after = self._reported(known)
        if after == Reported():
            return dataclasses.replace(report, reported=report.reported[1:])
        return dataclasses.replace(report, reported=(after, *report.reported[1:]))

    def _reported(self, known: Reported) -> Reported:
        said, there = self.cleaned_data, known.person or Person()
        person = dataclasses.replace(
            there, emails=same_texts(said["emails"], there.emails, lambda one: Email(text=one)),
            phones=same_texts(said["phones"], there.phones, lambda one: Phone(text=one)),
        )  # fmt: skip
        plain: dict[str, Any] = {name: said[name] or None for name in _TEXTS}
        plain |= {name: said[name] for name in _MAYBES} | self._disabled(known)
        return dataclasses.replace(
            known,
            person=None if person == Person() else person,
            estimated_location=self._location(known.estimated_location),
            prior_ct_reports=tuple(int(one) for one in said["prior_ct_reports"]),
            additional_info=said["reported_info"] or None,
            **plain,
        )

    def _location(self, known: EstimatedLocation | None) -> EstimatedLocation | None:
        said = self.cleaned_data
        if not said["country"]:
            return None
        place = {"city": said["city"] or None, "region": said["region"] or None, "country_code": said["country"]}
        return EstimatedLocation(**place) if known is None else dataclasses.replace(known, **place)

    def _disabled(self, known: Reported) -> dict[str, Any]:
        said = self.cleaned_data
        how, told = said["disabled"], said["user_notified"]
        for_a_time, for_good = known.account_temporarily_disabled, known.account_permanently_disabled
        at: datetime | None = said["disabled_at"]
        if how == _FOR_A_TIME:
            old = for_a_time or TemporarilyDisabled(disabled=True)
            made = dataclasses.replace(
                old, disabled=True, disabled_date=same_second(at, old.disabled_date), user_notified=told
            )
            return {"account_temporarily_disabled": made, "account_permanently_disabled": None}
        if how == _FOR_GOOD:
            last = for_good or PermanentlyDisabled(disabled=True)
            ended = dataclasses.replace(
                last, disabled=True, disabled_date=same_second(at, last.disabled_date), user_notified=told
            )
            return {"account_permanently_disabled": ended, "account_temporarily_disabled": None}
        return {"account_temporarily_disabled": None, "account_permanently_disabled": None}


def _how(who: Reported) -> str:
    if who.account_permanently_disabled is not None and who.account_permanently_disabled.disabled:
        return _FOR_GOOD
    if who.account_temporarily_disabled is not None and who.account_temporarily_disabled.disabled:
        return _FOR_A_TIME
    return ""
