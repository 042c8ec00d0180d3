"""One of everything that a person can own, made on demand; its ids are what a stranger might try."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone

from chat.conversations.actions import create_conversation, post_message
from chat.conversations.answers import begin_answer
from chat.conversations.attaching import upload_attachment
from chat.conversations.models import Conversation
from sandbox.frames.actions.grants import decide
from sandbox.plugindb.models import PluginDatabase
from sandbox.plugins.actions.runs import open_run
from sandbox.plugins.origins import Origin
from tests.agents.asking import ask
from tests.agents.conftest import Talk, make_talk
from tests.chat.apps import FILES, install_app
from tests.people import Person
from tests.plugins.packages import pie
from tests.sandbox.places import place_scripted
from tests.widgets.conftest import install, place
from widgets_manager.core.actions.confirmations import request_confirmation
from widgets_manager.core.actions.tenants import create_invite
from widgets_manager.core.actions.tokens import create_token
from widgets_manager.core.models import Membership
from widgets_manager.files.actions import store_blob
from widgets_manager.jobs.actions import enqueue
from widgets_manager.jobs.models import Job
from widgets_manager.notifications.actions import notify
from widgets_manager.sessions.actions.files import store_file
from widgets_manager.sessions.actions.widgets import render_widget
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace
from widgets_manager.widgets.samples import sample_manifest


def another_board(description: str) -> dict[str, Any]:
    """Another version of the widget that people have."""
    board: dict[str, Any] = json.loads(sample_manifest("task-board") or "")
    return board | {"description": description}


class Things:
    """A person's things, each by its id. A room that brings a new kind of thing adds a property."""

    def __init__(self, person: Person) -> None:
        self.person = person

    @cached_property
    def user(self) -> str:
        return str(self.person.user.pk)

    @cached_property
    def tenant(self) -> str:
        return str(self.person.tenant.pk)

    @cached_property
    def member(self) -> str:
        return str(Membership.objects.get(user=self.person.user, tenant=self.person.tenant).pk)

    @cached_property
    def invite(self) -> str:
        return str(create_invite(actor=self.person.actor, role="member")[0].pk)

    @cached_property
    def token(self) -> str:
        return str(create_token(actor=self.person.actor, name="theirs", scopes=["widgets"])[0].pk)

    @cached_property
    def job(self) -> str:
        args = {"trigger": {"action": "a"}, "widget": self.widget}
        return str(enqueue(actor=self.person.actor, kind="plugin.run", args=args).pk)

    @cached_property
    def failed_job(self) -> str:
        job = self.job
        Job.objects.filter(pk=job).update(state="failed", finished_at=timezone.now())
        return job

    @cached_property
    def notification(self) -> str:
        return str(notify(tenant=self.person.tenant, user=self.person.user, title="Theirs").pk)

    @cached_property
    def blob(self) -> str:
        return str(store_blob(actor=self.person.actor, data=b"theirs", media_type="text/plain").pk)

    @cached_property
    def workspace(self) -> str:
        row = Workspace.objects.create(
            tenant=self.person.tenant, owner=self.person.user, name="Theirs", visibility="tenant"
        )
        return str(row.pk)

    @cached_property
    def widget(self) -> str:
        return str(install(self.person)["id"])

    @cached_property
    def older_version(self) -> str:
        """What the widget was before it was updated."""
        address = f"/api/widgets/{self.widget}"
        body = {"file": json.dumps(another_board("Newer."))}
        assert self.person.client.post(f"{address}/update", body).status_code == 200
        versions = self.person.client.get(f"{address}/versions").json()["versions"]
        return str(next(version["id"] for version in versions if not version["current"]))

    @cached_property
    def plugin(self) -> str:
        matchers = [{"source": "tool", "actionId": "do_it"}]
        events = {"events": [{"id": "done", "displayName": "Done", "matchers": matchers}]}
        response = self.person.client.post("/api/widgets/install", {"file": pie(heartbeatEvents=events)})
        return str(response.json()["widget"]["id"])

    @cached_property
    def plugin_place(self) -> str:
        text = pie({"name": "shown"}, sections="===widget===\n<p>Theirs</p>\n")
        widget = self.person.client.post("/api/widgets/install", {"file": text}).json()["widget"]
        return str(place(self.person, widget["id"], workspaceId=self.workspace)["id"])

    @cached_property
    def plugin_run(self) -> str:
        widget = InstalledWidget.objects.get(pk=self.plugin)
        run = open_run(actor=self.person.actor, widget=widget, kind="tool", action="do_it", data={}, origin=Origin())
        return str(run.pk)

    @cached_property
    def kept(self) -> str:
        row = PluginDatabase.objects.create(
            tenant=self.person.tenant,
            user=self.person.user,
            slug="theirs",
            keep_until=timezone.now() + timedelta(days=30),
        )
        return str(row.pk)

    @cached_property
    def scripted(self) -> str:
        return str(install(self.person, json.loads(sample_manifest("clock") or ""))["id"])

    @cached_property
    def _gadget(self) -> WidgetInstance:
        """The place of a widget whose script asks for everything; its person let it write into the chat."""
        instance = place_scripted(self.person, Workspace.objects.get(pk=self.workspace))
        decide(actor=self.person.actor, instance=instance, permission="write:chat", level="always")
        return instance

    @cached_property
    def gadget(self) -> str:
        return str(self._gadget.pk)

    @cached_property
    def scripted_place(self) -> str:
        return str(place(self.person, self.scripted, workspaceId=self.workspace)["id"])

    @cached_property
    def app(self) -> str:
        return str(install_app(self.person, FILES)["id"])

    @cached_property
    def _placed(self) -> dict[str, Any]:
        return place(self.person, self.widget, workspaceId=self.workspace)

    @cached_property
    def instance(self) -> str:
        return str(self._placed["id"])

    @cached_property
    def panel(self) -> str:
        return str(self._placed["panel_id"])

    @cached_property
    def _conversation(self) -> Conversation:
        return create_conversation(actor=self.person.actor, title="Theirs")

    @cached_property
    def conversation(self) -> str:
        return str(self._conversation.pk)

    @cached_property
    def message(self) -> str:
        said = post_message(actor=self.person.actor, conversation=self._conversation, text="something of theirs")
        return str(begin_answer(conversation=self._conversation, reply_to=said).pk)

    @cached_property
    def participant(self) -> str:
        return str(self._conversation.participants.get(user=self.person.user).pk)

    @cached_property
    def attachment(self) -> str:
        row = upload_attachment(
            actor=self.person.actor,
            conversation=self._conversation,
            name="theirs.txt",
            stream=io.BytesIO(b"theirs, too"),
        )
        return str(row.pk)

    @cached_property
    def mounted(self) -> str:
        tree, data = {"type": "text", "text": "theirs"}, {"rows": {"type": "static", "value": ["theirs"]}}
        rendered = render_widget(
            actor=self.person.actor, session_id=self.conversation, app=None, zone="chat_side", tree=tree, data=data
        )
        return rendered.widget.widget_id

    @cached_property
    def file(self) -> str:
        row = store_file(
            actor=self.person.actor,
            app=None,
            session_id=self.conversation,
            name="theirs.txt",
            media_type="text/plain",
            stream=io.BytesIO(b"theirs"),
        )
        return str(row.pk)

    @cached_property
    def _talk(self) -> Talk:
        return make_talk(self.person)

    @cached_property
    def agent(self) -> str:
        return str(self._talk.agent.pk)

    @cached_property
    def talk(self) -> str:
        """The conversation with the agent."""
        return str(self._talk.conversation.pk)

    @cached_property
    def asked(self) -> str:
        """A message with a widget of the agent's."""
        return str(ask(self._talk, "confirm", {"title": "Something of theirs?"}).pk)

    @cached_property
    def confirmation(self) -> str:
        args = {"panelId": self.panel, "intentName": "add_task", "params": {"title": "x"}}
        return str(request_confirmation(actor=self.person.actor, action="panel_intent", args=args, summary="?").pk)

    def all_ids(self) -> set[str]:
        """Every id, all things made."""
        names = (name for name, kind in vars(type(self)).items() if isinstance(kind, cached_property))
        return {getattr(self, name) for name in names if not name.startswith("_")}
