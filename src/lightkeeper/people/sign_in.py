"""How allauth signs people in here: what it may do is narrowed, and every failure counts towards the lock-out."""

from __future__ import annotations

import logging
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import LoginForm
from allauth.account.forms import ReauthenticateForm as PasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeReauthenticateForm
from django import forms
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.people.lockout import count_wrong_code, is_locked_out
from lightkeeper.people.models import Person
from lightkeeper.people.second_factor import secrets_of, spend_code
from lightkeeper.runtime.services import SealError

_logger = logging.getLogger(__name__)

WRONG: Final = gettext_lazy("The address or the password is not right.")
WRONG_CODE: Final = gettext_lazy("This code is not right, or was used already. Wait for the next one.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """No sign-up, no e-mail, no messages of its own."""

    error_messages = {  # noqa: RUF012  # as allauth declares it
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG,
        "incorrect_password": gettext_lazy("The password is not right."),
        "incorrect_code": WRONG_CODE,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs themselves up."""
        del request
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: our pages say what there is to say."""

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing."""

    def login(self, request: HttpRequest, user: Person) -> None:
        """Begin the session: it, its row, the event and the end of counted failures stand or fall together.

        The transaction begins here, after the password was checked, which takes long on purpose.
        """
        with transaction.atomic():
            super().login(request, user)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """Ask the backends alone. A deactivated account gets the same answer as a wrong password."""
        person = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        return person if isinstance(person, Person) else None

    def reauthenticate(self, user: Person, password: str) -> bool:
        """Check the password of who is signed in."""
        return self.authenticate(context.request, email=user.email, password=password) == user

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address as the server knows it, behind our own reverse proxies too (setting ``proxies``)."""
        return str(request.META.get("REMOTE_ADDR") or "127.0.0.1")


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth carries no types
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, login=_("E-mail address"), password=_("Password"))
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}

    def user_credentials(self) -> dict[str, Any]:
        """Give the address in lower case, as it is kept."""
        credentials: dict[str, Any] = super().user_credentials()
        return {**credentials, "email": str(credentials["email"]).lower()}


class PasswordAgainForm(PasswordForm):  # type: ignore[misc]  # allauth carries no types
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password=_("Password"))
        self.fields["password"].widget.attrs["autofocus"] = True


class _OneTimeCode:
    """What both forms for codes have in common: the lock-out, and that each code works once."""

    user: Person

    def clean_code(self) -> str:
        """Check the code. Raises ValidationError."""
        request = context.request
        if is_locked_out(request, self.user):
            raise forms.ValidationError(WRONG_CODE)
        try:
            with secrets_of(self.user):
                code: str = super().clean_code()  # type: ignore[misc]  # of the form beside this class
        except forms.ValidationError:
            count_wrong_code(request, self.user)
            raise
        except SealError:
            _logger.error("the second factor of person %s cannot be opened", self.user.pk)  # noqa: TRY400  # no traceback
            count_wrong_code(request, self.user)
            raise forms.ValidationError(WRONG_CODE) from None
        if not spend_code(self.user, code):
            count_wrong_code(request, self.user)
            raise forms.ValidationError(WRONG_CODE)
        return code


class CodeForm(_OneTimeCode, AuthenticateForm):  # type: ignore[misc]  # allauth carries no types
    """The second factor at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self)


class CodeAgainForm(_OneTimeCode, CodeReauthenticateForm):  # type: ignore[misc]  # allauth carries no types
    """The second factor once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self)


def _plain(form: forms.Form, **labels: str) -> None:
    """Give fields our labels, and no placeholder, which would vanish while somebody types."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].help_text = ""
        form.fields[name].widget.attrs.pop("placeholder", None)


def _code_field(form: forms.Form) -> None:
    _plain(form, code=_("One-time code or recovery code"))
    form.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True, "class": "code"}
