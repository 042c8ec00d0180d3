"""Addresses of plugins: clicks in their widgets, their tools, their run log, their hosts."""

from django.urls import path

from sandbox.plugins import page_views, pages, plugin_views, run_views

urlpatterns = [
    path("widgets/plugins/<str:plugin_id>/runs/", pages.runs_page, name="plugin-runs"),
    path("widget-action", run_views.ActionView.as_view(), name="widget-action"),
    path("api/widget-state", run_views.StateView.as_view(), name="api-widget-state"),
    path("api/plugins/places/<str:place_id>", page_views.PluginPlaceView.as_view(), name="api-plugin-place"),
    path("api/plugins/kept", plugin_views.KeptListView.as_view(), name="api-plugins-kept"),
    path("api/plugins/kept/<str:kept_id>", plugin_views.KeptView.as_view(), name="api-plugin-kept"),
    path("api/plugins/<str:plugin_id>", plugin_views.PluginView.as_view(), name="api-plugin"),
    path("api/plugins/<str:plugin_id>/events", plugin_views.EventsView.as_view(), name="api-plugin-events"),
    path("api/plugins/<str:plugin_id>/run", run_views.ToolRunView.as_view(), name="api-plugin-run"),
    path("api/plugins/<str:plugin_id>/runs", run_views.RunsView.as_view(), name="api-plugin-runs"),
    path("api/plugins/<str:plugin_id>/runs/<str:run_id>", run_views.RunView.as_view(), name="api-plugin-run-log"),
    path("api/plugins/<str:plugin_id>/hosts", run_views.HostsView.as_view(), name="api-plugin-hosts"),
]
