"""Stage: access. Which plugins act for a person: read anew from the database whenever it is asked."""

from __future__ import annotations

from django.db.models import QuerySet

from sandbox.plugins.forms import BLOCK
from sandbox.plugins.meaning import SKILL
from widgets_manager.core.actor import Actor
from widgets_manager.widgets.access import own_widgets
from widgets_manager.widgets.models import InstalledWidget


def active_plugins(actor: Actor) -> QuerySet[InstalledWidget]:
    """The enabled plugins of the actor and of the tenant, with their versions, by name."""
    rows = own_widgets(actor).filter(package_version__blocks__has_key=BLOCK, enabled=True)
    return rows.select_related("package_version").order_by("name", "created_at")


def active_skills(actor: Actor) -> list[InstalledWidget]:
    """The enabled skills that are in every conversation of the actor."""
    rows = active_plugins(actor).filter(package_version__blocks__plugin__tier=SKILL)
    return list(rows.filter(package_version__blocks__plugin__has_key="prompt"))


def prompt_of(skill: InstalledWidget) -> str:
    """What an always-on skill says."""
    return str(skill.package_version.blocks[BLOCK].get("prompt", ""))
