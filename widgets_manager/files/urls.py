"""Addresses of this room."""

from django.urls import path

from widgets_manager.files import views

urlpatterns = [path("api/files/<str:blob_id>", views.FileView.as_view(), name="api-file")]
