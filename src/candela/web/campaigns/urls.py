"""Addresses of campaigns."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from candela.web.campaigns.views import inviting, running, setting_up, telling

__all__ = ["urlpatterns"]

one_campaign = [
    path("", setting_up.campaign, name="campaign"),
    path("governance/", setting_up.governance, name="campaign-governance"),
    path("groups/", setting_up.groups, name="campaign-groups"),
    path("questions/", setting_up.questions, name="campaign-questions"),
    path("remove/", setting_up.drop, name="campaign-remove"),
    path("invitations/", inviting.invitations, name="campaign-invitations"),
    path("addresses/", inviting.addresses, name="campaign-addresses"),
    path("paper/<int:group_id>/", inviting.paper, name="campaign-paper"),
    path("paper/<int:group_id>/print/", inviting.sheets, name="campaign-sheets"),
    path("poster/<int:group_id>/", inviting.poster, name="campaign-poster"),
    path(
        "poster/<int:group_id>/square.<slug:suffix>",
        inviting.poster_code,
        name="campaign-square",
    ),
    path("look/", running.look, name="campaign-look"),
    path("start/", running.start, name="campaign-start"),
    path("progress/", running.progress, name="campaign-progress"),
    path("extend/", running.extend, name="campaign-extend"),
    path("close/", running.close, name="campaign-close"),
    path("finish/", running.finish, name="campaign-finish"),
    path("told/", telling.tell, name="campaign-told"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("campaigns/", setting_up.campaigns, name="campaigns"),
    path("campaigns/new/", setting_up.begin, name="campaign-new"),
    path("campaigns/<int:campaign_id>/", include(one_campaign)),
]
