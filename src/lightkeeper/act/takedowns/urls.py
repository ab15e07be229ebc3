"""Addresses of the pages of takedown notices."""

from __future__ import annotations

from django.urls import path

from lightkeeper.act.takedowns import views

app_name = "takedown"
urlpatterns = [
    path("takedowns/", views.takedowns, name="takedowns"),
    path("takedowns/recipients/", views.recipients, name="recipients"),
    path("takedowns/recipients/<int:number>/end/", views.end_recipient, name="end_recipient"),
    path("takedowns/<uuid:public>/", views.takedown, name="takedown"),
    path("takedowns/<uuid:public>/send/", views.send, name="send"),
    path("takedowns/<uuid:public>/file/", views.take_file, name="take_file"),
    path("takedowns/<uuid:public>/reply/", views.reply, name="reply"),
    path("takedowns/<uuid:public>/withdraw/", views.withdraw, name="withdraw"),
    path("cases/<uuid:public>/items/<int:position>/takedowns/", views.of_address, name="of_address"),
    path("cases/<uuid:public>/items/<int:position>/add-address/", views.add_to_list, name="add_to_list"),
]
