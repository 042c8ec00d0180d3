"""Addresses of widgets, workspaces, instances and the API for chat backends."""

from django.urls import path

from widgets_manager.widgets import chat_api, install_views, pages, sample_views, views

urlpatterns = [
    path("", pages.dashboard, name="home"),
    path("dashboard/", pages.dashboard, name="dashboard"),
    path("dashboard/<str:workspace_id>/", pages.dashboard, name="workspace"),
    path("widgets/", pages.manager, name="manager"),
    path("api/widgets/install", install_views.InstallView.as_view(), name="api-widget-install"),
    path("api/widgets/install-file", install_views.InstallFileView.as_view(), name="api-widget-install-file"),
    path("api/widgets/preview", install_views.PreviewView.as_view(), name="api-widget-preview"),
    path("api/widgets/preview-file", install_views.PreviewFileView.as_view(), name="api-widget-preview-file"),
    path("api/widgets/list", views.WidgetListView.as_view(), name="api-widget-list"),
    path("api/widgets/enable", views.EnableView.as_view(), name="api-widget-enable"),
    path("api/widgets/sample-manifest", sample_views.sample_manifest_view, name="api-sample-manifest"),
    path("api/widgets/samples", sample_views.sample_list_view, name="api-samples"),
    path("api/widgets/samples/<str:name>/<str:file>", sample_views.sample_script_view, name="api-sample-script"),
    path("api/widgets/sample-data", sample_views.sample_data_view, name="api-sample-data"),
    path("api/widgets/instances", views.InstancesView.as_view(), name="api-instances"),
    path("api/widgets/instances/<str:instance_id>", views.InstanceView.as_view(), name="api-instance"),
    path("api/widgets/<str:widget_id>", views.WidgetView.as_view(), name="api-widget"),
    path("api/widgets/<str:widget_id>/files", views.WidgetFilesView.as_view(), name="api-package-files"),
    path("api/widgets/<str:widget_id>/files/<path:path>", views.WidgetFileView.as_view(), name="api-package-file"),
    path("api/widgets/<str:widget_id>/update", install_views.UpdateView.as_view(), name="api-widget-update"),
    path(
        "api/widgets/<str:widget_id>/update-file", install_views.UpdateFileView.as_view(), name="api-widget-update-file"
    ),
    path("api/widgets/<str:widget_id>/versions", install_views.VersionsView.as_view(), name="api-widget-versions"),
    path("api/widgets/<str:widget_id>/entrypoint", views.EntrypointView.as_view(), name="api-widget-entrypoint"),
    path("api/workspaces", views.WorkspacesView.as_view(), name="api-workspaces"),
    path("api/workspaces/<str:workspace_id>", views.WorkspaceView.as_view(), name="api-workspace"),
    path("api/chat/manifests", chat_api.manifests, name="api-chat-manifests"),
    path("api/chat/intent", chat_api.IntentView.as_view(), name="api-chat-intent"),
]
