"""Addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from lightkeeper.act import views

app_name = "act"
urlpatterns = [
    path("callbacks/", views.callback_list, name="callbacks"),
    path("callbacks/<int:pk>/replay/", views.replay, name="replay"),
    path("callbacks/clients/<int:pk>/", views.client, name="client"),
    path("callbacks/clients/<int:pk>/address/", views.address, name="address"),
    path("callbacks/clients/<int:pk>/conversation-address/", views.conversation_address, name="conversation_address"),
    path("callbacks/clients/<int:pk>/signing-key/", views.make_signing_key, name="make_signing_key"),
    path("callbacks/clients/<int:pk>/signing-key/switch/", views.switch_signing_key, name="switch_signing_key"),
    path("callbacks/clients/<int:pk>/signing-key/remove/", views.remove_signing_key, name="remove_signing_key"),
    path("callbacks/clients/<int:pk>/pause/", views.pause, name="pause"),
    path("callbacks/clients/<int:pk>/resume/", views.resume, name="resume"),
    path("callbacks/clients/<int:pk>/replay/", views.replay_since, name="replay_since"),
]
