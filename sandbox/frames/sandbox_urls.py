"""Stage: views. All addresses of the scripts' own host."""

from django.urls import path, re_path

from sandbox.frames import frame_views

urlpatterns = [
    path("api/widgets/sandbox", frame_views.wrapper_view, name="api-sandbox"),
    path("api/widgets/frame/<str:ticket>", frame_views.widget_view, name="api-frame"),
    re_path("", frame_views.nothing_view),  # not a 404 of Django's, which shows addresses where DEBUG is on
]

handler400 = "widgets_manager.core.errors.bad_request"
handler403 = "widgets_manager.core.errors.permission_denied"
handler404 = "widgets_manager.core.errors.page_not_found"
handler500 = "widgets_manager.core.errors.server_error"
