"""Stage: views. The admin of people, tenants, tokens and the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from widgets_manager.core import access
from widgets_manager.core.actions.tenants import remove_member, revoke_invite
from widgets_manager.core.actions.tokens import revoke_token
from widgets_manager.core.admin_base import TenantFilter, TenantScopedAdmin
from widgets_manager.core.models import (
    ApiToken,
    AuditEntry,
    IdempotencyKey,
    Invite,
    Membership,
    PendingConfirmation,
    Tenant,
    User,
)

if TYPE_CHECKING:
    TabularInline = admin.TabularInline[Any, Any]
    UserAdminBase = DjangoUserAdmin[User]
else:
    TabularInline, UserAdminBase = admin.TabularInline, DjangoUserAdmin

admin.site.site_header = "Widget Manager"
admin.site.site_title = "Widget Manager"
admin.site.index_title = "Administration"
# Rights come from memberships; Django's groups would only confuse.
admin.site.unregister(Group)


class MembershipInline(TabularInline):
    """The memberships of a user or a tenant."""

    model = Membership
    fields = ("user", "tenant", "role", "created_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: people join by invites."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Of a person in several tenants, only the memberships that the user may see."""
        rows = super().get_queryset(request).select_related("user", "tenant")
        return rows if request.user.is_superuser else rows.filter(tenant__memberships__user_id=request.user.pk)


@admin.register(User)
class UserAdmin(TenantScopedAdmin, UserAdminBase):
    """People. Superusers make and change accounts here (an account of a tenant's own comes with an invite)."""

    tenant_lookup = "memberships__tenant"
    list_display = ("username", "display_name", "email", "is_active", "is_staff", "last_login", "date_joined")
    list_filter = ("is_active", "is_staff", "is_superuser", TenantFilter)
    search_fields = ("username", "first_name", "last_name", "email", "id")
    date_hierarchy = "date_joined"
    filter_horizontal = ("user_permissions",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Administration", {"fields": ("is_active", "is_staff", "is_superuser", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    inlines: ClassVar = [MembershipInline]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Staff of one tenant see of a person what its members see."""
        if request.user.is_superuser:
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("username", "first_name", "last_name", "email", "is_active", "date_joined")}),)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers: an account spans tenants."""
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers: an account spans tenants."""
        return bool(request.user.is_superuser)


@admin.register(Tenant)
class TenantAdmin(TenantScopedAdmin):
    """Organisations."""

    tenant_lookup = "pk"
    list_display = ("name", "slug", "members", "confirm_writes", "created_at")
    list_filter = ("confirm_writes", "created_at")
    search_fields = ("name", "slug", "id")
    readonly_fields = ("id", "generation", "created_at")
    inlines: ClassVar = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tenant]:
        """With the number of members."""
        rows: QuerySet[Tenant] = super().get_queryset(request)
        return rows.annotate(member_count=Count("memberships"))

    @admin.display(ordering="member_count")
    def members(self, tenant: Tenant) -> int:
        """How many people belong to it."""
        count: int = tenant.member_count  # type: ignore[attr-defined]  # annotated above
        return count


@admin.register(Membership)
class MembershipAdmin(TenantScopedAdmin):
    """Who belongs where, as what."""

    list_display = ("user", "tenant", "role", "created_at")
    list_filter = ("role", TenantFilter, "created_at")
    search_fields = ("user__username", "user__first_name", "user__last_name", "tenant__name", "tenant__slug")
    list_select_related = ("user", "tenant")
    actions = ("remove_members",)

    @admin.action(description="Remove from the organisation", permissions=["act"])
    def remove_members(self, request: HttpRequest, rows: QuerySet[Membership]) -> None:
        """As the members page does: the last owner stays, open pages close."""
        self.run_each(
            request,
            rows,
            lambda actor, row: remove_member(actor=actor, membership=access.get_membership(actor, row.pk)),
            done="members removed.",
        )


@admin.register(Invite)
class InviteAdmin(TenantScopedAdmin):
    """Invite links, without their secrets."""

    list_display = (
        "tenant",
        "role",
        "created_by",
        "created_at",
        "expires_at",
        "accepted_by",
        "accepted_at",
        "revoked_at",
    )
    list_filter = ("role", TenantFilter, "created_at", "accepted_at", "revoked_at")
    search_fields = ("tenant__name", "tenant__slug", "created_by__username", "accepted_by__username")
    list_select_related = ("tenant", "created_by", "accepted_by")
    exclude = ("token_hash",)
    date_hierarchy = "created_at"
    actions = ("revoke_invites",)

    @admin.action(description="Revoke the links", permissions=["act"])
    def revoke_invites(self, request: HttpRequest, rows: QuerySet[Invite]) -> None:
        """Nobody can join with them any more."""
        self.run_each(
            request, rows, lambda actor, row: revoke_invite(actor=actor, invite=row), done="invite links revoked."
        )


@admin.register(ApiToken)
class ApiTokenAdmin(TenantScopedAdmin):
    """Bearer tokens, without their secrets."""

    list_display = (
        "name",
        "prefix",
        "user",
        "tenant",
        "scopes",
        "is_service",
        "last_used_at",
        "expires_at",
        "revoked_at",
    )
    list_filter = ("is_service", TenantFilter, "created_at", "last_used_at", "expires_at", "revoked_at")
    search_fields = ("name", "prefix", "user__username", "tenant__name", "tenant__slug", "id")
    list_select_related = ("user", "tenant")
    exclude = ("token_hash",)
    date_hierarchy = "created_at"
    actions = ("revoke_tokens",)

    @admin.action(description="Revoke the tokens", permissions=["act"])
    def revoke_tokens(self, request: HttpRequest, rows: QuerySet[ApiToken]) -> None:
        """They are refused from now on, on every process."""
        self.run_each(
            request,
            rows,
            lambda actor, row: revoke_token(actor=actor, token=access.get_token(actor, row.pk)),
            done="tokens revoked.",
        )


@admin.register(AuditEntry)
class AuditEntryAdmin(TenantScopedAdmin):
    """Who did what; nobody changes it, and the database refuses it too."""

    list_display = ("created_at", "tenant", "actor_name", "via", "action", "target_type", "target_id", "request_id")
    list_filter = ("via", "action", "target_type", TenantFilter, "created_at")
    search_fields = ("actor_name", "action", "target_id", "request_id")
    list_select_related = ("tenant",)
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(PendingConfirmation)
class PendingConfirmationAdmin(TenantScopedAdmin):
    """Writes that waited, or wait, for a person's yes."""

    list_display = ("summary", "action", "user", "tenant", "created_at", "expires_at", "used_at", "declined_at")
    list_filter = ("action", TenantFilter, "created_at", "used_at", "declined_at")
    search_fields = ("summary", "action", "user__username", "id")
    list_select_related = ("user", "tenant")
    date_hierarchy = "created_at"


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(TenantScopedAdmin):
    """Writes that clients may repeat; the kept answers may hold secrets that were shown once, so they are not shown."""

    exclude = ("response",)
    list_display = ("key", "user", "tenant", "status", "committed", "created_at")
    list_filter = ("status", "committed", TenantFilter, "created_at")
    search_fields = ("key", "user__username")
    list_select_related = ("user", "tenant")
    date_hierarchy = "created_at"
