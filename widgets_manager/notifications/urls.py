"""Addresses of notifications."""

from django.urls import path

from widgets_manager.notifications import views

urlpatterns = [
    path("api/notifications", views.NotificationsView.as_view(), name="api-notifications"),
    path("api/notifications/read-all", views.ReadAllView.as_view(), name="api-notifications-read-all"),
    path("api/notifications/<str:notification_id>", views.NotificationView.as_view(), name="api-notification"),
]
