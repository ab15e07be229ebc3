"""The addresses, below ``/hma/<key>/``."""

from __future__ import annotations

from django.urls import path

from lightkeeper.web.hma import curation, hashing, matching

app_name = "hma"
urlpatterns = [
    path("hma/<str:key>/status", matching.status, name="status"),
    path("hma/<str:key>/h/hash", hashing.hash_content, name="hash"),
    path("hma/<str:key>/m/lookup", matching.lookup, name="lookup"),
    path("hma/<str:key>/m/raw_lookup", matching.raw_lookup, name="raw_lookup"),
    path("hma/<str:key>/m/compare", matching.compare, name="compare"),
    path("hma/<str:key>/m/index/status", matching.index_status, name="index_status"),
    path("hma/<str:key>/c/banks", curation.all_banks, name="banks"),
    path("hma/<str:key>/c/bank/<str:name>", curation.one_bank, name="bank"),
    path("hma/<str:key>/c/bank/<str:name>/content", curation.add_content, name="add_content"),
    path("hma/<str:key>/c/bank/<str:name>/signal", curation.add_signal, name="add_signal"),
    path("hma/<str:key>/c/bank/<str:name>/content/<int:content>", curation.one_content, name="content"),
    path("hma/<str:key>/c/exchanges", curation.all_exchanges, name="exchanges"),
    path("hma/<str:key>/c/exchange/<str:name>/status", curation.exchange_status, name="exchange_status"),
    path("hma/<str:key>/c/signal_type", curation.signal_types, name="signal_types"),
    path("hma/<str:key>/c/content_type", curation.content_types, name="content_types"),
]
