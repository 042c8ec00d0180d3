"""Stage: views. The API of members, invites, tokens and the organisation."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from widgets_manager.core import access, schema
from widgets_manager.core.actions import tenants, tokens
from widgets_manager.core.api import ApiView, field, moment, only_fields
from widgets_manager.core.exceptions import PermissionDenied
from widgets_manager.core.models import ApiToken, Invite, Membership
from widgets_manager.core.serializers import show_invite, show_member, show_token


@extend_schema(tags=["organisation"])
class TenantView(ApiView):
    """The actor's organisation."""

    people_write = True

    @schema.reads(schema.TenantAnswer)
    def get(self, request: Request) -> Response:
        """Name and settings."""
        tenant = self.actor.tenant
        body = {
            "id": str(tenant.pk),
            "name": tenant.name,
            "confirm_writes": tenant.confirm_writes,
            "role": self.actor.role,
        }
        return Response({"tenant": body})

    @schema.writes(schema.TenantAnswer, 422, body=schema.TenantChange)
    def patch(self, request: Request) -> Response:
        """Change name or `confirmWrites`."""
        only_fields(request.data, "name", "confirmWrites")
        tenant = tenants.update_tenant(
            actor=self.actor,
            name=field(request.data, "name", str, required=False),
            confirm_writes=field(request.data, "confirmWrites", bool, required=False),
        )
        return Response(
            {"tenant": {"id": str(tenant.pk), "name": tenant.name, "confirm_writes": tenant.confirm_writes}}
        )


@extend_schema(tags=["organisation"])
class MembersView(ApiView):
    """The members of the actor's organisation."""

    @schema.reads(schema.MembersAnswer)
    def get(self, request: Request) -> Response:
        """Everybody, oldest first."""
        rows = Membership.objects.filter(tenant=self.actor.tenant).select_related("user")
        return Response({"members": [show_member(row) for row in rows]})


@extend_schema(tags=["organisation"])
class MemberView(ApiView):
    """One member."""

    people_write = True

    @schema.writes(schema.MemberAnswer, 404, 409, 422, body=schema.RoleChoice)
    def patch(self, request: Request, member_id: str) -> Response:
        """Change the role."""
        only_fields(request.data, "role")
        row = access.get_membership(self.actor, member_id)
        row = tenants.change_role(actor=self.actor, membership=row, role=field(request.data, "role", str))
        return Response({"member": show_member(row)})

    @schema.writes(schema.Success, 404, 409)
    def delete(self, request: Request, member_id: str) -> Response:
        """Remove the member, or leave."""
        tenants.remove_member(actor=self.actor, membership=access.get_membership(self.actor, member_id))
        return Response({"success": True})


@extend_schema(tags=["organisation"])
class InvitesView(ApiView):
    """Invite links."""

    people_write = True
    keeps_answer = False

    @schema.reads(schema.InvitesAnswer)
    def get(self, request: Request) -> Response:
        """The invites that still work; for admins."""
        if not self.actor.is_admin:
            raise PermissionDenied("Only admins see invites.")
        rows = Invite.objects.filter(tenant=self.actor.tenant, accepted_at=None, revoked_at=None)
        return Response({"invites": [show_invite(row) for row in rows if row.usable]})

    @schema.writes(schema.NewInvite, 422, status=201, body=schema.InviteRole)
    def post(self, request: Request) -> Response:
        """A new link; it is shown this once."""
        only_fields(request.data, "role")
        role = field(request.data, "role", str, required=False, default="member")
        invite, secret = tenants.create_invite(actor=self.actor, role=role)
        link = request.build_absolute_uri(f"/invite/{secret}/")
        return Response({"invite": show_invite(invite), "link": link}, status=201)


@extend_schema(tags=["organisation"])
class InviteView(ApiView):
    """One invite."""

    people_write = True

    @schema.writes(schema.Success, 404)
    def delete(self, request: Request, invite_id: str) -> Response:
        """Revoke it."""
        if not self.actor.is_admin:
            raise PermissionDenied("Only admins revoke invites.")
        tenants.revoke_invite(actor=self.actor, invite=access.get_invite(self.actor, invite_id))
        return Response({"success": True})


@extend_schema(tags=["tokens"])
class TokensView(ApiView):
    """Bearer tokens: one's own, and for admins all of the organisation."""

    people_write = True
    keeps_answer = False

    @schema.reads(schema.TokensAnswer)
    def get(self, request: Request) -> Response:
        """The tokens, newest first."""
        rows = ApiToken.objects.filter(tenant=self.actor.tenant)
        rows = rows if self.actor.is_admin else rows.filter(user=self.actor.user)
        return Response({"tokens": [show_token(row) for row in rows]})

    @schema.writes(schema.NewToken, 422, status=201, body=schema.TokenWish)
    def post(self, request: Request) -> Response:
        """A new token; its secret is shown this once. A token cannot make tokens."""
        only_fields(request.data, "name", "scopes", "service", "expiresAt")
        token, secret = tokens.create_token(
            actor=self.actor,
            name=field(request.data, "name", str),
            scopes=[str(scope) for scope in field(request.data, "scopes", list)],
            is_service=field(request.data, "service", bool, required=False, default=False),
            expires_at=moment(request.data, "expiresAt"),
        )
        return Response({"token": show_token(token), "secret": secret}, status=201)


@extend_schema(tags=["tokens"])
class TokenView(ApiView):
    """One token."""

    people_write = True

    @schema.writes(schema.Success, 404)
    def delete(self, request: Request, token_id: str) -> Response:
        """Revoke it."""
        tokens.revoke_token(actor=self.actor, token=access.get_token(self.actor, token_id))
        return Response({"success": True})
