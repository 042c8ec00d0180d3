"""Stage: views. Pages of the account: sign in and out, password, invite, organisation switch, settings, health."""

from __future__ import annotations

import os
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from widgets_manager.core.access import memberships_of, session_actor
from widgets_manager.core.actions.tenants import accept_invite, find_invite
from widgets_manager.core.actor import SCOPES
from widgets_manager.core.authentication import TENANT_SESSION_KEY
from widgets_manager.core.exceptions import ApiError, NotFound
from widgets_manager.core.forms import JoinForm
from widgets_manager.core.models import Role, User
from widgets_manager.core.signals import access_changed
from widgets_manager.core.unit_of_work import unit_of_work


class SignInPage(auth_views.LoginView):
    """Sign in with username and password."""

    template_name = "core/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """In development also `demo_passwords`, the file with the demo users' passwords."""
        file = settings.DATA_DIR / "demo-passwords.txt"
        hint = {"demo_passwords": os.path.relpath(file)} if settings.DEBUG and file.exists() else {}
        return {**super().get_context_data(**kwargs), **hint}


class SignOutView(auth_views.LogoutView):
    """Sign out (POST only); open sockets of the session are closed."""


class PasswordPage(auth_views.PasswordChangeView):
    """Change one's password; other sessions end."""

    template_name = "core/password.html"
    success_url = reverse_lazy("settings")

    def form_valid(self, form: Any) -> HttpResponse:
        """Save, and close the sockets of sessions that have just ended."""
        response = super().form_valid(form)
        user = cast("User", self.request.user)
        for membership in memberships_of(user):
            access_changed.send(sender=User, tenant_id=membership.tenant_id, user_id=user.pk, reason="password_changed")
        return response


@login_required
def settings_page(request: HttpRequest) -> HttpResponse:
    """Organisation, members, invites and tokens; the page's script reads and writes them by the API."""
    user = cast("User", request.user)
    actor = session_actor(user, request.session.get(TENANT_SESSION_KEY))
    context = {"actor": actor, "roles": Role.choices, "scopes": SCOPES}
    return render(request, "core/settings.html", context)


@login_required
@require_POST
def switch_tenant(request: HttpRequest) -> HttpResponse:
    """Work in another of one's organisations from now on. Raises NotFound for a stranger's."""
    wanted = request.POST.get("tenant", "")
    if not any(str(item.tenant_id) == wanted for item in memberships_of(cast("User", request.user))):
        raise NotFound("There is no such organisation.")
    request.session[TENANT_SESSION_KEY] = wanted
    return redirect(_next(request))


def invite_page(request: HttpRequest, secret: str) -> HttpResponse:
    """Where an invite link leads: join with the account at hand, or make one."""
    invite = find_invite(secret)
    if request.user.is_authenticated:
        return _join(request, secret, {"invite": invite})
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with unit_of_work():
            # Of two people with one link one is too late: no account is left behind.
            user = form.save()
            accept_invite(user=user, secret=secret)
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return redirect("/")
    return render(request, "core/invite.html", {"invite": invite, "form": form, "secret": secret})


def _join(request: HttpRequest, secret: str, context: dict[str, Any]) -> HttpResponse:
    if request.method == "POST":
        try:
            membership = accept_invite(user=cast("User", request.user), secret=secret)
        except ApiError as error:
            return render(request, "core/invite.html", context | {"error": error.message}, status=error.status)
        request.session[TENANT_SESSION_KEY] = str(membership.tenant_id)
        return redirect("/")
    return render(request, "core/invite.html", context)


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next", "/")
    allowed = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if allowed else "/"


def announce_sign_out(sender: object, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Tell the rooms above that this session, and no other of the same person, has ended."""
    if user is None:
        return
    ended = request.session.session_key
    for membership in memberships_of(user):
        access_changed.send(
            sender=User, tenant_id=membership.tenant_id, user_id=user.pk, reason="signed_out", session_key=ended
        )


user_logged_out.connect(announce_sign_out, dispatch_uid="core.announce_sign_out")
