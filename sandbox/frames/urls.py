"""Addresses of widgets with scripts of their own: their frames, and what goes over the bridge."""

from django.urls import path

from sandbox.frames import bridge_views, frame_views

urlpatterns = [
    path("api/widgets/sandbox", frame_views.sandbox_view, name="api-sandbox"),
    path("api/widgets/frame/<str:ticket>", frame_views.widget_view, name="api-frame"),
    path("api/widgets/bridge", bridge_views.BridgeView.as_view(), name="api-bridge"),
    path("api/widgets/permissions", bridge_views.PermissionsView.as_view(), name="api-permissions"),
    path("api/widgets/network-log", bridge_views.NetworkLogView.as_view(), name="api-network-log"),
]
