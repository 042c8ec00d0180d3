"""Stage: views. Forms of the account pages."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm

from widgets_manager.core.models import User


class JoinForm(BaseUserCreationForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A new account, made on the way through an invite link."""

    class Meta(BaseUserCreationForm.Meta):
        model = User
        fields = ("username", "first_name", "last_name")


class OrganisationForm(forms.Form):
    """Name and chat policy of an organisation."""

    name = forms.CharField(max_length=200)
    confirm_writes = forms.BooleanField(required=False)
