"""Addresses for signing in and out. The names without a prefix are those that allauth looks for."""

from __future__ import annotations

from django.urls import path

from lightkeeper.people import sign_in_views as views

urlpatterns = [
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-in/code/", views.second_step, name="mfa_authenticate"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("confirm/", views.confirm, name="account_reauthenticate"),
    path("confirm/code/", views.confirm_code, name="mfa_reauthenticate"),
]
