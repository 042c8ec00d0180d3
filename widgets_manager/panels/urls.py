"""Addresses of panels: their views, and the operations of their templates."""

from django.urls import path

from widgets_manager.panels import views

urlpatterns = [
    path("api/panels/<str:slug>/view", views.PanelViewView.as_view(), name="api-panel-view"),
    path("api/panels/<str:slug>/<str:operation>", views.OperationView.as_view(), name="api-panel-operation"),
]
