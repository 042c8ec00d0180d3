"""Stage: views. The shapes of this room in the OpenAPI document (docs/plugindb.md tells the story)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class CredentialsFields(serializers.Serializer[Any]):
    """What a PostgreSQL client needs."""

    host = serializers.CharField()
    port = serializers.IntegerField()
    database = serializers.CharField()
    username = serializers.CharField()
    password = serializers.CharField()
    schemaName = serializers.CharField()
    connectionString = serializers.CharField()


class CredentialsAnswer(serializers.Serializer[Any]):
    """The caller's own credentials for a plugin."""

    credentials = CredentialsFields()
