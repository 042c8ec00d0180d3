"""Stage: views. The base of every model's admin: staff see the rows of their own tenants, and writes are actions.

The admin reads. What it changes goes through the same action functions as everything else, so rows are not edited
in place; a room offers admin actions that call them with `admin_actor`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from widgets_manager.core.access import memberships_of, parse_id, session_actor
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.models import Role, Tenant, User

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


def tenants_of(request: HttpRequest) -> QuerySet[Tenant]:
    """The tenants whose rows the request may see: all for a superuser, else those of the user's memberships."""
    user = request.user
    if not isinstance(user, User):
        return Tenant.objects.none()
    return Tenant.objects.all() if user.is_superuser else Tenant.objects.filter(memberships__user=user)


def admin_actor(request: HttpRequest, tenant: Tenant) -> Actor:
    """Who acts in an admin action: the member with their role, or a superuser from outside as an owner."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  (the admin lets nobody else in)
    if memberships_of(user).filter(tenant=tenant).exists() or not user.is_superuser:
        return session_actor(user, tenant.pk)
    return Actor(user=user, tenant=tenant, role=Role.OWNER)


class TenantFilter(admin.SimpleListFilter):
    """Filters by tenant, and offers only those whose rows the user may see."""

    title = "tenant"
    parameter_name = "tenant"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: type[Model], model_admin: Any) -> None:
        self.tenant_lookup: str = model_admin.tenant_lookup
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Id and name."""
        return [(str(tenant.pk), tenant.name) for tenant in tenants_of(request)[:200]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The chosen tenant's rows."""
        value = self.value()
        if not value:
            return queryset
        chosen = tenants_of(request).filter(pk=parse_id(value, "tenant"))
        return queryset.filter(**{f"{self.tenant_lookup}__in": chosen})


class ReadOnlyAdmin(ModelAdmin):
    """Shows rows and changes none. Admin actions with `permissions=["act"]` need the model's change permission."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: rows are made by actions."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: rows are changed by actions."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: rows are deleted by actions."""
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whether the user may run this model's actions."""
        return super().has_change_permission(request)


class TenantScopedAdmin(ReadOnlyAdmin):
    """Shows staff who are not superusers only the rows of tenants they belong to; `tenant_lookup` leads to the tenant.

    Rows without a tenant are for superusers.
    """

    tenant_lookup: ClassVar[str] = "tenant"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows the user may see; lists, searches, single rows and admin actions all start from here."""
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        own = self.model._default_manager.filter(**{f"{self.tenant_lookup}__in": tenants_of(request)})
        return rows.filter(pk__in=own.values("pk"))

    def run_each(
        self, request: HttpRequest, rows: Iterable[Any], act: Callable[[Actor, Any], object], *, done: str
    ) -> None:
        """Call `act(actor, row)` for each row; say how many went well ("3 tokens revoked.") and why others did not."""
        worked = 0
        for row in rows:
            try:
                act(admin_actor(request, row.tenant), row)
                worked += 1
            except ApiError as error:
                self.message_user(request, f"{row}: {error.message}", messages.ERROR)
        if worked:
            self.message_user(request, f"{worked} {done}", messages.SUCCESS)


class SuperuserAdmin(ReadOnlyAdmin):
    """Shows what belongs to no tenant, to superusers only."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers."""
        return bool(request.user.is_active and request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Superusers."""
        return self.has_view_permission(request)
