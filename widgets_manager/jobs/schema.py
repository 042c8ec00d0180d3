"""Stage: views. The shapes of this room in the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from widgets_manager.jobs.models import JobState

STATE: Final = OpenApiParameter("state", str, enum=JobState.values, description="Only jobs in this state.")
EVERYONE: Final = OpenApiParameter("all", str, enum=["1"], description="For admins: everybody's.")
BEFORE: Final = OpenApiParameter("before", str, description="Id of a job: those that were started before it.")


class JobOwner(serializers.Serializer[Any]):
    """Whose job it is."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class JobFields(serializers.Serializer[Any]):
    """A job in a list."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(JobState.choices)
    user = JobOwner()
    progress = serializers.IntegerField(min_value=0, max_value=100, help_text="Percent.")
    progress_note = serializers.CharField(allow_blank=True)
    attempts = serializers.IntegerField(help_text="How often it was started.")
    error = serializers.CharField(allow_blank=True, help_text="Why the last attempt failed.")
    error_code = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    run_after = serializers.DateTimeField(help_text="It does not start before.")
    started_at = serializers.DateTimeField(allow_null=True, help_text="The last attempt.")
    finished_at = serializers.DateTimeField(allow_null=True)
    can_cancel = serializers.BooleanField()
    can_retry = serializers.BooleanField()


class JobSubject(serializers.Serializer[Any]):
    """What the job belongs to."""

    id = serializers.UUIDField()
    url = serializers.CharField(help_text="A path of this application.")


class JobRun(serializers.Serializer[Any]):
    """One execution of code for the job."""

    id = serializers.UUIDField()
    ok = serializers.BooleanField(allow_null=True, help_text="Null while it runs, and for one that was interrupted.")
    error_code = serializers.CharField(allow_blank=True)
    error_message = serializers.CharField(allow_blank=True)
    log = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    calls = serializers.ListField(child=serializers.DictField())
    milliseconds = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class JobDetails(JobFields):
    """A job with what it was given, what it gave, and what its runs said."""

    input = serializers.JSONField(allow_null=True)
    result = serializers.JSONField(allow_null=True)
    subject = JobSubject(allow_null=True)
    runs = JobRun(many=True)


class JobsAnswer(serializers.Serializer[Any]):
    """One page of them, newest first; `more` says that there are older ones."""

    jobs = JobFields(many=True)
    more = serializers.BooleanField()


class JobAnswer(serializers.Serializer[Any]):
    """The job as it is now."""

    job = JobFields()


class JobDetailsAnswer(serializers.Serializer[Any]):
    """The job as it is now, with everything about it."""

    job = JobDetails()
