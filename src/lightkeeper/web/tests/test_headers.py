"""The headers of every answer, the pages for errors, and static files."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.test import Client, RequestFactory
from django.urls import reverse

from lightkeeper.people.tests.people_made import PASSWORD, make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.web import errors
from lightkeeper.web.static_files import hashed_name
from lightkeeper.web.tests.test_guards import ADDRESSES

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def assert_headers(answer: Any, where: str) -> None:
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'", where
    assert policy["script-src"] == policy["style-src"] == "'self'", where
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'", where
    assert "unsafe" not in answer.headers["Content-Security-Policy"], where
    assert answer.headers["X-Frame-Options"] == "DENY", where
    assert answer.headers["X-Content-Type-Options"] == "nosniff", where
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", where
    assert answer.headers["Referrer-Policy"] == "same-origin", where
    assert "camera=()" in answer.headers["Permissions-Policy"], where
    assert answer.headers["Cache-Control"] == "no-store", where


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SUPERVISOR, Role.LIST_MANAGER])
def test_every_page_has_them_whoever_asks(role: Role) -> None:
    inside = signed_in(make_person(role, granted=True))
    inside.raise_request_exception = False
    for one in ADDRESSES:
        if one.name != "account_logout":
            assert_headers(inside.get(one.path()), one.name)


def test_every_page_has_them_for_a_stranger() -> None:
    for one in ADDRESSES:
        assert_headers(Client().get(one.path()), one.name)


def test_no_page_has_anything_inline_and_every_form_is_protected() -> None:
    client = signed_in(make_person(Role.ADMINISTRATOR))
    for one in ADDRESSES:
        page = client.get(one.path())
        if page.status_code != 200 or "html" not in page.headers["Content-Type"]:
            continue
        text = page.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\son[a-z]+=|javascript:", text), one.name
        posts = len(re.findall(r'<form[^>]*method="post"', text))
        assert text.count("csrfmiddlewaretoken") >= posts, one.name
        assert '<html lang="en">' in text, one.name


def test_the_script_library_may_not_evaluate_text() -> None:
    assert '"allowEval": false' in Client().get(reverse("account_login")).content.decode()


def test_a_form_without_its_token_is_refused_with_a_sentence() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("account_login"), {"login": "a@platform.example", "password": PASSWORD})
    assert answer.status_code == 403
    assert "load the page again" in answer.content.decode()
    assert_headers(answer, "csrf")


def test_cookies_are_kept_from_scripts_and_other_sites() -> None:
    someone, client = make_person(enrolled=False), Client()
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": someone.email, "password": PASSWORD})
    kept = {name: client.cookies[name] for name in ("lightkeeper", "lightkeeper-csrf")}
    assert all(cookie["httponly"] for cookie in kept.values())
    assert (kept["lightkeeper"]["samesite"], kept["lightkeeper-csrf"]["samesite"]) == ("Lax", "Strict")


@pytest.mark.parametrize(
    ("page", "status"),
    [(errors.bad_request, 400), (errors.forbidden, 403), (errors.not_found, 404), (errors.server_error, 500)],
)
def test_error_pages_say_what_to_do_and_need_nobody(page: Any, status: int) -> None:
    request = RequestFactory().get("/")
    answer = page(request)
    assert answer.status_code == status
    text = answer.content.decode()
    assert str(status) in text
    assert "<h1>" in text


def test_an_address_that_only_takes_forms_says_so_when_it_is_opened() -> None:
    inside = signed_in(make_person(Role.ADMINISTRATOR))
    answer = inside.get(reverse("people:give_content_grant", args=[1]))
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "Go back to the page that you came from" in answer.content.decode()
    assert_headers(answer, "405")


def test_a_missing_page_repeats_nothing_of_its_address() -> None:
    answer = Client().get("/planted-name-of-a-file.jpg?planted=yes")
    assert answer.status_code == 404
    assert "planted" not in answer.content.decode()


def test_static_files_have_names_of_their_content_and_are_kept_for_ever() -> None:
    page = Client().get(reverse("account_login")).content.decode()
    for name in ("lightkeeper.css", "lightkeeper.svg", "django_htmx/htmx-2.min.js"):
        address = settings.STATIC_URL + hashed_name(name)
        assert address in page
        answer = Client().get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        answer.close()
        assert Client().get(settings.STATIC_URL + name).status_code == 404
    with pytest.raises(ValueError, match="no static file"):
        hashed_name("lightkeeper.exe")


def test_passwords_are_kept_as_scrypt() -> None:
    from lightkeeper import settings as ours

    assert get_hasher("default").algorithm
    assert ours.PASSWORD_HASHERS[0].endswith("ScryptPasswordHasher")
