"""Addresses of the service's own pages."""

from django.urls import path

from candela.web.house import retention_views, training_views, views

urlpatterns = [
    path("health", views.health, name="health"),
    path("first-run/", views.first_run, name="first-run"),
    path("system/", views.system, name="system"),
    path("system/back-up/", views.back_up_now, name="back-up-now"),
    path("system/jobs/<int:number>/retry/", views.retry_work, name="retry-work"),
    path("system/training/", training_views.make, name="make-training"),
    path("at/<slug:slug>/training/", training_views.training_page, name="training"),
    path(
        "at/<slug:slug>/training/again/",
        training_views.start_again,
        name="training-again",
    ),
    path("at/<slug:slug>/retention/", retention_views.retention, name="retention"),
    path(
        "at/<slug:slug>/retention/<slug:what>/hold/", retention_views.hold, name="hold"
    ),
    path(
        "at/<slug:slug>/retention/<slug:what>/release/",
        retention_views.release,
        name="release",
    ),
]
