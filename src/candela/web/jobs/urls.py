"""Addresses of jobs."""

from django.urls import path

from candela.web.jobs import views

urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("<int:number>/", views.job, name="job"),
    path("<int:number>/cancel/", views.cancel_job, name="cancel-job"),
    path("<int:number>/retry/", views.retry_job, name="retry-job"),
]
