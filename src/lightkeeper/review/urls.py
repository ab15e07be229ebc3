"""Addresses of the room, beside the queue itself (``web/queue_pages.py``): leases, reveals, protection and load."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lightkeeper.review import protection_views, queue_views, reveal_views

app_name = "review"
urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/next/", queue_views.take_next, name="take_next"),
    path("cases/give-back/", queue_views.give_back, name="give_back"),
    path("cases/hand-over/", queue_views.hand_over, name="hand_over"),
    path("cases/pause/", queue_views.pause, name="pause"),
    path("cases/<uuid:public>/take/", queue_views.take, name="take"),
    path("cases/<uuid:public>/take-over/", queue_views.take_over, name="take_over"),
    path("cases/<uuid:public>/beat/", queue_views.beat, name="beat"),
    path("cases/<uuid:public>/items/<int:position>/reveal/", reveal_views.show, name="reveal"),
    path("cases/<uuid:public>/items/<int:position>/text/", reveal_views.show_text, name="reveal_text"),
    path("reveals/<uuid:public>/end/", reveal_views.end, name="reveal_end"),
    path("my/protection/", protection_views.my_protection, name="my_protection"),
    path("load/", protection_views.load, name="load"),
]
