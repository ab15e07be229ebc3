"""Frozen values of the room: roles, permissions and what others may know about a person."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from lightkeeper.people.alert_types import AlertError, AlertKind, AlertState, Channel, OnCall
from lightkeeper.people.client_types import (
    Allowance,
    AuthenticatedClient,
    ClientError,
    KeyRefused,
    NewKey,
    Scope,
    SpendKind,
)

__all__ = [
    "AlertError",
    "AlertKind",
    "AlertState",
    "Allowance",
    "AuthenticatedClient",
    "Channel",
    "ClientError",
    "KeyRefused",
    "LinkPurpose",
    "NewKey",
    "OnCall",
    "Role",
    "Scope",
    "SpendKind",
]


class Role(TextChoices):
    """What a person is here for; each person has one. What a role may do stands in ``matrix.py``."""

    INTAKE_OPERATOR = "intake_operator", _("intake operator")
    ANALYST = "analyst", _("analyst")
    SENIOR_ANALYST = "senior_analyst", _("senior analyst")
    SUPERVISOR = "supervisor", _("supervisor")
    AUDITOR = "auditor", _("auditor")
    LIST_MANAGER = "list_manager", _("list manager")
    ADMINISTRATOR = "administrator", _("administrator")


class LinkPurpose(TextChoices):
    """What a one-time link is for."""

    INVITE = "invite", _("setting a password")
    DEMO = "demo", _("signing in to a demonstration")
