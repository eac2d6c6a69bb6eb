"""Tool calls that wait for an answer."""

from __future__ import annotations

import anthropic
import pytest

from turns import message, run


def allow(call_id: str) -> dict:
    return {"type": "user.tool_confirmation", "tool_use_id": call_id, "result": "allow"}


def deny(call_id: str, reason: str) -> dict:
    return {"type": "user.tool_confirmation", "tool_use_id": call_id, "result": "deny", "deny_message": reason}


@pytest.fixture
def waiting(client, create):
    """A session with two calls that wait for approval, and the ids of these calls."""
    session = create("Careful deployer")
    events = run(client, session.id, message("Deploy v1.8.0 to staging."))
    reason = events[-1].stop_reason
    assert reason.type == "requires_action"
    calls = {event.id: event for event in events if event.type == "agent.tool_use"}
    assert all(calls[call].evaluated_permission == "ask" for call in reason.event_ids)
    assert len(reason.event_ids) == 2
    return session, list(reason.event_ids)


def test_one_allowed_one_denied(client, waiting):
    session, [first, second] = waiting
    events = run(client, session.id, allow(first))
    assert events[-1].stop_reason.type == "requires_action"
    assert list(events[-1].stop_reason.event_ids) == [second]

    events = run(client, session.id, deny(second, "Not on a Friday."))
    assert events[-1].stop_reason.type == "end_turn"
    history = list(client.beta.sessions.events.list(session.id))
    results = {event.tool_use_id: event for event in history if event.type == "agent.tool_result"}
    assert not results[first].is_error
    assert results[second].is_error
    assert "Not on a Friday." in results[second].content[0].text


def test_a_message_is_refused_until_the_calls_are_answered(client, waiting):
    session, calls = waiting
    with pytest.raises(anthropic.BadRequestError) as refused:
        client.beta.sessions.events.send(session.id, events=[message("And?")])
    assert "waiting on responses to events" in str(refused.value)
    assert all(call in str(refused.value) for call in calls)


def test_an_answer_counts_once(client, waiting):
    session, [first, _] = waiting
    run(client, session.id, deny(first, "No."))
    with pytest.raises(anthropic.BadRequestError):
        client.beta.sessions.events.send(session.id, events=[allow(first)])


def test_one_bad_event_refuses_the_whole_request(client, waiting):
    session, [first, _] = waiting
    before = [event.id for event in client.beta.sessions.events.list(session.id)]
    with pytest.raises(anthropic.BadRequestError):
        client.beta.sessions.events.send(session.id, events=[allow(first), allow("sevt_unknown")])
    assert [event.id for event in client.beta.sessions.events.list(session.id)] == before


def test_an_interrupt_closes_pending_calls(client, waiting):
    session, calls = waiting
    events = run(client, session.id, {"type": "user.interrupt"})
    closed = {event.tool_use_id for event in events if event.type == "agent.tool_result" and event.is_error}
    assert closed == set(calls)
    assert events[-1].stop_reason.type == "end_turn"


def test_a_custom_tool_is_answered_by_the_client(client, agents, create):
    if "Order desk" not in agents:
        pytest.skip("this server has no agent with custom tools")
    session = create("Order desk")
    events = run(client, session.id, message("Where is order A-1042?"))
    call = next(event for event in events if event.type == "agent.custom_tool_use")
    assert list(events[-1].stop_reason.event_ids) == [call.id]
    answer = {
        "type": "user.custom_tool_result",
        "custom_tool_use_id": call.id,
        "content": [{"type": "text", "text": '{"status": "shipped"}'}],
    }
    events = run(client, session.id, answer)
    assert events[-1].stop_reason.type in ("end_turn", "requires_action")
    assert any(event.type == "user.custom_tool_result" for event in events)
