"""What of alice's the agent of a stranger may name: nothing, and it is told the same as for what does not exist."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from chat.agents.actions.delivering import acknowledge
from chat.agents.models import Delivery
from tests.agents.asking import ask, send
from tests.agents.conftest import Talk, make_talk
from tests.agents.specs import CONFIRM
from tests.agents.test_blobs import upload
from tests.contract.stranger_table import AGENT_FRAMES
from tests.people import Person
from widgets_manager.core.exceptions import NotFound

# For each field of a MSG: what of alice's it names, and the same of nobody's.
NAMED: dict[str, Callable[[Talk], Any]] = {
    "conversation_id": lambda hers: str(hers.conversation.pk),
    "to": lambda hers: str(hers.person.user.pk),
    "reply_to_message_id": lambda hers: str(hers.post("hers").pk),
    "attachments": lambda hers: [{"blob_id": upload(hers)["id"], "name": "mine.pdf"}],
}
NOBODYS: dict[str, Any] = {
    "conversation_id": str(uuid.uuid4()),
    "to": str(uuid.uuid4()),
    "reply_to_message_id": str(uuid.uuid4()),
    "attachments": [{"blob_id": str(uuid.uuid4()), "name": "mine.pdf"}],
}


@pytest.mark.parametrize("field", AGENT_FRAMES["MSG"])
@pytest.mark.parametrize("who", ["charlie", "bob"])
def test_it_works(request: pytest.FixtureRequest, talk: Talk, who: str, field: str) -> None:
    person: Person = request.getfixturevalue(who)
    theirs = make_talk(person, "Theirs")
    told = []
    for value in (NAMED[field](talk), NOBODYS[field]):
        if field == "conversation_id":
            theirs.conversation.pk = value
        with pytest.raises(NotFound) as refused:
            send(theirs, "hello", to=value if field == "to" else None, **({} if field == "to" else {field: value}))
        told.append(refused.value.message)
    assert told[0] == told[1]
    assert "hello" not in talk.said


def test_an_acknowledgement_of_what_another_agent_was_sent(talk: Talk, charlie: Person) -> None:
    theirs = make_talk(charlie, "Theirs")
    message = talk.post("hers")
    acknowledge([(theirs.agent.pk, message.pk)])
    assert Delivery.objects.get().acked_at is None


def test_a_change_of_another_agents_widget(talk: Talk) -> None:
    message = ask(talk, "confirm", CONFIRM)
    other = make_talk(talk.person, "Other")
    other.conversation = talk.conversation
    change = {"type": "widget.update", "id": "u", "ref": "w", "patch": {"spec": {"title": "Mine?"}}}
    with pytest.raises(NotFound):  # it takes no part in the conversation
        send(other, json.dumps(change))
    talk.conversation.participants.create(tenant=talk.agent.tenant, kind="agent", agent_id=other.agent.pk)
    with pytest.raises(NotFound):  # it does, and has no widget of that name
        send(other, json.dumps(change))
    message.refresh_from_db()
    assert message.payload["spec"] == CONFIRM
