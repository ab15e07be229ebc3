"""Addresses of the case page and of what is done from it."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lightkeeper.web import address_pages, case_pages, conversation_pages, whole_case

app_name = "case"
urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/assess/", address_pages.assess, name="assess"),
    path("cases/<uuid:public>/", case_pages.page, name="page"),
    path("cases/<uuid:public>/whole/", whole_case.whole, name="whole"),
    path("cases/<uuid:public>/items/<int:position>/grade/", case_pages.grade, name="grade"),
    path("cases/<uuid:public>/items/<int:position>/address/", address_pages.show, name="address"),
    path("cases/<uuid:public>/items/<int:position>/add-hashes/", address_pages.add_hashes, name="add_hashes"),
    path("cases/<uuid:public>/items/<int:position>/add-picture/", address_pages.add_picture, name="add_picture"),
    path("cases/<uuid:public>/items/<int:position>/consensus/", case_pages.consensus, name="consensus"),
    path("cases/<uuid:public>/items/<int:position>/alone/", case_pages.alone, name="break_glass"),
    path("cases/<uuid:public>/items/<int:position>/add-to-list/", case_pages.add_to_own_list, name="add_to_list"),
    path("cases/<uuid:public>/items/<int:position>/reopen/", case_pages.reopen, name="reopen"),
    path("cases/<uuid:public>/items/<int:position>/words/", conversation_pages.text, name="conversation_text"),
    path(
        "cases/<uuid:public>/items/<int:position>/evidence/", conversation_pages.evidence, name="conversation_evidence"
    ),
    path("cases/<uuid:public>/grades/<uuid:grade>/undo/", case_pages.undo, name="undo"),
]
