"""Addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from lightkeeper.people import account_views, alert_views, client_views, person_views, sign_in_views

app_name = "people"
urlpatterns = [
    path("unlock/", sign_in_views.unlock, name="unlock"),
    path("link/<str:secret>/", sign_in_views.use_link, name="link"),
    path("account/", account_views.account, name="account"),
    path("account/second-factor/", account_views.enrol, name="enrol"),
    path("account/recovery-codes/", account_views.recovery_codes, name="recovery_codes"),
    path("account/recovery-codes/new/", account_views.make_recovery_codes, name="make_recovery_codes"),
    path("account/password/", account_views.password, name="password"),
    path("account/sessions/end/", account_views.end_sessions, name="end_own_sessions"),
    path("alerts/", alert_views.alert_list, name="alerts"),
    path("alerts/<int:pk>/", alert_views.alert, name="alert"),
    path("alerts/<int:pk>/acknowledge/", alert_views.acknowledge, name="acknowledge_alert"),
    path("alerts/<int:pk>/close/", alert_views.close, name="close_alert"),
    path("on-call/", alert_views.rota, name="rota"),
    path("on-call/new/", alert_views.new_contact, name="new_contact"),
    path("on-call/<int:pk>/move/", alert_views.move_contact, name="move_contact"),
    path("on-call/<int:pk>/remove/", alert_views.remove_contact, name="remove_contact"),
    path("clients/", client_views.client_list, name="clients"),
    path("clients/new/", client_views.new_client, name="new_client"),
    path("clients/<int:pk>/", client_views.client, name="client"),
    path("clients/<int:pk>/keys/new/", client_views.new_key, name="new_key"),
    path("clients/keys/<slug:key_id>/rotate/", client_views.rotate_key, name="rotate_key"),
    path("clients/keys/<slug:key_id>/revoke/", client_views.revoke_key, name="revoke_key"),
    path("people/", person_views.people, name="people"),
    path("people/invite/", person_views.invite, name="invite"),
    path("people/permissions/", person_views.permissions, name="permissions"),
    path("people/<int:pk>/", person_views.person, name="person"),
    path("people/<int:pk>/role/", person_views.change_role, name="change_role"),
    path("people/<int:pk>/link/", person_views.make_link, name="make_link"),
    path("people/<int:pk>/deactivate/", person_views.deactivate, name="deactivate"),
    path("people/<int:pk>/activate/", person_views.activate, name="activate"),
    path("people/<int:pk>/unlock/", person_views.unlock, name="unlock_person"),
    path("people/<int:pk>/sessions/end/", person_views.end_sessions, name="end_sessions"),
    path("people/<int:pk>/second-factor/reset/", person_views.reset_second_factor, name="reset_second_factor"),
    path("people/<int:pk>/content-grant/", person_views.give_content_grant, name="give_content_grant"),
    path("people/<int:pk>/content-grant/end/", person_views.end_content_grant, name="end_content_grant"),
]
