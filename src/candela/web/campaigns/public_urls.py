"""What anybody may read of campaigns."""

from __future__ import annotations

from django.urls import path

from candela.web.campaigns.views import telling

__all__ = ["urlpatterns"]

urlpatterns = [path("told/<str:told_id>/", telling.public_page, name="told")]
