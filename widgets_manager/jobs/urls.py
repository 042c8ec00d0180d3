"""Addresses of this room."""

from django.urls import path

from widgets_manager.jobs import health, pages, views

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("jobs/", pages.jobs_page, name="jobs"),
    path("jobs/<str:job_id>/", pages.jobs_page, name="job"),
    path("api/jobs", views.JobsView.as_view(), name="api-jobs"),
    path("api/jobs/<str:job_id>", views.JobView.as_view(), name="api-job"),
    path("api/jobs/<str:job_id>/cancel", views.JobCancelView.as_view(), name="api-job-cancel"),
    path("api/jobs/<str:job_id>/retry", views.JobRetryView.as_view(), name="api-job-retry"),
]
