"""Addresses of plugins' tables: the author's credentials (seed 001)."""

from django.urls import path

from sandbox.plugindb import views

urlpatterns = [
    path(
        "api/plugins/<str:plugin_id>/database/credentials",
        views.CredentialsView.as_view(),
        name="api-plugin-credentials",
    ),
    path(
        "api/plugins/<str:plugin_id>/database/regenerate-password",
        views.PasswordView.as_view(),
        name="api-plugin-password",
    ),
]
