"""Addresses of apps: their API, and their pages."""

from django.urls import path

from widgets_manager.apps import pages, picture_views, views

urlpatterns = [
    path("apps/", pages.apps_page, name="apps"),
    path("apps/<str:app_id>/", pages.app_page, name="app"),
    path("playground/", pages.playground_page, name="playground"),
    path("api/apps", views.AppsView.as_view(), name="api-apps"),
    path("api/apps/validate", views.ValidateView.as_view(), name="api-apps-validate"),
    path("api/pictures", picture_views.PictureView.as_view(), name="api-pictures"),
    path("api/apps/<str:app_id>/widgets", views.AppWidgetsView.as_view(), name="api-app-widgets"),
    path("api/apps/<str:app_id>/widgets/validate", views.AppValidateView.as_view(), name="api-app-validate"),
]
