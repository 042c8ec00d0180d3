"""Addresses of sessions, and of what the widgets of apps ask for."""

from django.urls import path

from widgets_manager.sessions import action_views, views

urlpatterns = [
    path("api/sessions/<str:session_id>/widgets", views.SessionView.as_view(), name="api-session"),
    path("api/sessions/<str:session_id>/widgets/render", views.RenderView.as_view(), name="api-session-render"),
    path("api/sessions/<str:session_id>/widgets/update", views.UpdateView.as_view(), name="api-session-update"),
    path("api/sessions/<str:session_id>/widgets/close", views.CloseView.as_view(), name="api-session-close"),
    path("api/sessions/<str:session_id>/widgets/error", views.ErrorView.as_view(), name="api-session-error"),
    path(
        "api/sessions/<str:session_id>/widgets/action",
        action_views.SessionActionView.as_view(),
        name="api-session-action",
    ),
    path(
        "api/sessions/<str:session_id>/widgets/data/<str:binding>",
        action_views.SessionBindingView.as_view(),
        name="api-session-binding",
    ),
    path("api/sessions/<str:session_id>/state", views.StateView.as_view(), name="api-session-state"),
    path("api/sessions/<str:session_id>/prompt", views.PromptView.as_view(), name="api-session-prompt"),
    path("api/apps/<str:app_id>/widgets/action", action_views.AppActionView.as_view(), name="api-app-action"),
    path(
        "api/apps/<str:app_id>/widgets/data/<str:binding>",
        action_views.AppBindingView.as_view(),
        name="api-app-binding",
    ),
    path("api/apps/<str:app_id>/widgets/files", action_views.AppFilesView.as_view(), name="api-app-files"),
    path("api/widget-files/<str:file_id>", action_views.FileView.as_view(), name="api-widget-file"),
]
