"""Sending input and following the stream until the session waits again."""

from __future__ import annotations

import time
from typing import Any

from anthropic import Anthropic, BadRequestError

PREVIEWS = ["agent.message", "agent.thinking"]


def message(text: str) -> dict[str, Any]:
    return {"type": "user.message", "content": [{"type": "text", "text": text}]}


def run(client: Anthropic, session_id: str, *inputs: dict[str, Any], previews: bool = False) -> list[Any]:
    """Every event from sending the inputs to the next `session.status_idle`, in the order of the stream."""
    options = {"event_deltas": PREVIEWS} if previews else {}
    events = []
    with client.beta.sessions.events.stream(session_id, **options) as stream:
        client.beta.sessions.events.send(session_id, events=list(inputs))
        for event in stream:
            events.append(event)
            if event.type == "session.status_idle":
                return events
    raise AssertionError(f"the stream ended before idle: {[event.type for event in events]}")


def only(events: list[Any], kind: str) -> Any:
    """The single event of that type."""
    found = [event for event in events if event.type == kind]
    assert len(found) == 1, f"{len(found)} {kind} in {[event.type for event in events]}"
    return found[0]


def in_order(events: list[Any], *kinds: str) -> bool:
    """Whether events of these types occur one after another, with others between them allowed."""
    types = iter(event.type for event in events)
    return all(kind in types for kind in kinds)


def settled(call: Any, attempts: int = 50) -> Any:
    """Repeats a call that is refused while the queryable status lags behind the idle event."""
    for _ in range(attempts - 1):
        try:
            return call()
        except BadRequestError:
            time.sleep(0.05)
    return call()
