"""Addresses of long jobs, below /s/<seller>/jobs/."""

from django.urls import path

from relay.views import jobs

app_name = "jobs"
urlpatterns = [
    path("", jobs.index, name="index"),
    path("<str:public_id>/", jobs.job, name="job"),
    path("<str:public_id>/progress/", jobs.progress, name="progress"),
    path("<str:public_id>/cancel/", jobs.cancel, name="cancel"),
    path("<str:public_id>/retry/", jobs.retry, name="retry"),
    path("<str:public_id>/file/", jobs.file, name="file"),
]
