"""Addresses of the service's own pages."""

from django.urls import path

from candela.web.house import views

urlpatterns = [path("health", views.health, name="health")]
