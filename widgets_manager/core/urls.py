"""Addresses of accounts and organisations."""

from django.urls import path

from widgets_manager.core import pages, views

urlpatterns = [
    path("sign-in/", pages.SignInPage.as_view(), name="sign-in"),
    path("sign-out/", pages.SignOutView.as_view(), name="sign-out"),
    path("account/password/", pages.PasswordPage.as_view(), name="password"),
    path("settings/", pages.settings_page, name="settings"),
    path("tenant/", pages.switch_tenant, name="switch-tenant"),
    path("invite/<str:secret>/", pages.invite_page, name="invite"),
    path("api/tenant", views.TenantView.as_view(), name="api-tenant"),
    path("api/members", views.MembersView.as_view(), name="api-members"),
    path("api/members/<str:member_id>", views.MemberView.as_view(), name="api-member"),
    path("api/invites", views.InvitesView.as_view(), name="api-invites"),
    path("api/invites/<str:invite_id>", views.InviteView.as_view(), name="api-invite"),
    path("api/tokens", views.TokensView.as_view(), name="api-tokens"),
    path("api/tokens/<str:token_id>", views.TokenView.as_view(), name="api-token"),
]
