"""Addresses of the room's pages; ``web.list_pages`` adds those that show two rooms."""

from __future__ import annotations

from django.urls import path

from lightkeeper.lists import entry_views, exchange_views, views

app_name = "lists"
urlpatterns = [
    path("lists/new/", views.new_list, name="new"),
    path("lists/import/", views.import_file, name="import"),
    path("lists/exchanges/", exchange_views.exchanges, name="exchanges"),
    path("lists/runs/<int:pk>/", exchange_views.run, name="run"),
    path("lists/entries/<int:pk>/move/", entry_views.move, name="move"),
    path("lists/<int:pk>/status/", views.change_status, name="change_status"),
    path("lists/<int:pk>/radius/", views.change_radius, name="change_radius"),
    path("lists/<int:pk>/owner/", views.change_owner, name="change_owner"),
    path("lists/<int:pk>/alarms/", views.change_alarms, name="change_alarms"),
    path("lists/<int:pk>/categories/", views.change_categories, name="change_categories"),
    path("lists/<int:pk>/add/", entry_views.add, name="add"),
    path("lists/<int:pk>/find/", entry_views.move_by_value, name="find"),
    path("lists/<int:pk>/exchange/", exchange_views.exchange, name="exchange"),
    path("lists/<int:pk>/exchange/set/<slug:kind>/", exchange_views.set_up, name="set_up"),
    path("lists/<int:pk>/exchange/credentials/", exchange_views.credentials, name="credentials"),
    path("lists/<int:pk>/exchange/sync/", exchange_views.sync_now, name="sync"),
    path("lists/<int:pk>/exchange/anew/", exchange_views.anew, name="anew"),
    path("lists/<int:pk>/exchange/remove/", exchange_views.remove, name="remove_exchange"),
]
