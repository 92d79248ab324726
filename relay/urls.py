"""Addresses of the relay's pages: `urlpatterns` below /s/<seller>/stuck/, `JOBS` below /s/<seller>/jobs/."""

from django.urls import path

from relay.views import jobs, stuck

app_name = "relay"
urlpatterns = [
    path("", stuck.index, name="stuck"),
    path("<str:kind>/act/", stuck.act, name="stuck_act"),
]

JOBS = (
    [
        path("", jobs.index, name="index"),
        path("<str:public_id>/", jobs.job, name="job"),
        path("<str:public_id>/progress/", jobs.progress, name="progress"),
        path("<str:public_id>/cancel/", jobs.cancel, name="cancel"),
        path("<str:public_id>/retry/", jobs.retry, name="retry"),
        path("<str:public_id>/file/", jobs.file, name="file"),
    ],
    "jobs",
)
