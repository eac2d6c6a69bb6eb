"""Nothing that the server sends is unknown to the SDK's types: what they do not know, no client can have been promised."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from turns import message, run


def unknown(value: Any, place: str = "") -> list[str]:
    """Where fields stand that the type of their object does not have."""
    if isinstance(value, BaseModel):
        name = f"{place}/{type(value).__name__}"
        found = [f"{name}.{extra}" for extra in value.model_extra or {}]
        for field in type(value).model_fields:
            found += unknown(getattr(value, field), name)
        return found
    if isinstance(value, dict):
        return [one for item in value.values() for one in unknown(item, place)]
    if isinstance(value, (list, tuple)):
        return [one for item in value for one in unknown(item, place)]
    return []


def test_the_catalog_has_no_unknown_fields(client, agents):
    beta = client.beta
    assert unknown(list(agents.values())) == []
    for agent in agents.values():
        assert unknown(list(beta.agents.versions.list(agent.id))) == []
    for listed in (beta.environments, beta.vaults, beta.models):
        assert unknown(list(listed.list())) == []


def test_past_sessions_have_no_unknown_fields(client):
    sessions = client.beta.sessions
    for session in sessions.list(include_archived=True):
        assert unknown(session) == []
        assert unknown(sessions.events.list(session.id, limit=500).data) == []
        assert unknown(list(sessions.resources.list(session.id))) == []
        for thread in sessions.threads.list(session.id):
            assert unknown(thread) == []
            assert unknown(sessions.threads.events.list(thread.id, session_id=session.id, limit=500).data) == []


def test_streams_and_echoes_have_no_unknown_fields(client, create):
    for agent, text in [
        ("Repo helper", "Read the README and run the tests."),
        ("Order desk", "Refund order 4711."),
        ("Research team", "Start a workflow."),
        ("Bad day", "Please retry."),
        ("Bad day", "mcp"),
    ]:
        session = create(agent)
        assert unknown(run(client, session.id, message(text), previews=True)) == []
        assert unknown(client.beta.sessions.events.send(session.id, events=[{"type": "user.interrupt"}])) == []
