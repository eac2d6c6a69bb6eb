"""What a turn looks like on the stream and in the history."""

from __future__ import annotations

from anthropic.lib.sessions import accumulate_managed_agents_event

from turns import in_order, message, only, run


def test_a_turn_in_the_documented_order(client, create):
    session = create()
    events = run(client, session.id, message("List the files in the working directory."))
    assert in_order(
        events,
        "session.status_running",
        "session.thread_status_running",
        "user.message",
        "span.model_request_start",
        "agent.tool_use",
        "agent.tool_result",
        "span.model_request_start",
        "agent.message",
        "span.model_request_end",
        "session.thread_status_idle",
        "session.usage",
        "session.status_idle",
    ), [event.type for event in events]
    assert only(events, "session.status_idle").stop_reason.type == "end_turn"
    call, result = only(events, "agent.tool_use"), only(events, "agent.tool_result")
    assert result.tool_use_id == call.id
    assert call.evaluated_permission == "allow"


def test_model_requests_report_their_usage(client, create):
    session = create()
    events = run(client, session.id, message("List the files."))
    starts = [event.id for event in events if event.type == "span.model_request_start"]
    ends = [event for event in events if event.type == "span.model_request_end"]
    assert [end.model_request_start_id for end in ends] == starts
    output = sum(end.model_usage.output_tokens for end in ends)
    assert only(events, "session.usage").usage.output_tokens == output > 0
    assert client.beta.sessions.retrieve(session.id).usage.output_tokens == output


def test_previews_add_up_to_the_final_message(client, create):
    session = create()
    events = run(client, session.id, message("Show me markdown."), previews=True)
    snapshot, fragments, finals = None, 0, []
    for event in events:
        if event.type == "agent.message":
            assert snapshot is not None and snapshot.id == event.id
            assert [block.text for block in snapshot.content] == [block.text for block in event.content]
            finals.append(event)
        if event.type in ("event_start", "event_delta", "agent.message"):
            snapshot = accumulate_managed_agents_event(snapshot, event)
        fragments += event.type == "event_delta"
    assert finals and fragments > 10
    kinds = {event.type for event in client.beta.sessions.events.list(session.id)}
    assert not kinds & {"event_start", "event_delta"}, "previews are never stored"


def test_without_opting_in_there_are_no_previews(client, create):
    session = create()
    events = run(client, session.id, message("Show me markdown."))
    assert not {event.type for event in events} & {"event_start", "event_delta"}


def test_the_history_is_the_stream_sorted_by_time(client, create):
    session = create()
    streamed = run(client, session.id, message("Read the README and run the tests."))
    listed = list(client.beta.sessions.events.list(session.id))
    assert [event.id for event in listed] == [event.id for event in sorted(streamed, key=lambda e: e.processed_at)]
    times = [event.processed_at for event in listed]
    assert times == sorted(times)
    assert {event.id: event for event in listed} == {event.id: event for event in streamed}


def test_the_history_pages_in_both_directions_and_by_type(client, create):
    session = create()
    run(client, session.id, message("Read the README and run the tests."))
    everything = [event.id for event in client.beta.sessions.events.list(session.id)]
    forward = client.beta.sessions.events.list(session.id, limit=3)
    assert len(forward.data) == 3 and forward.has_next_page()
    assert [event.id for event in forward] == everything
    backward = client.beta.sessions.events.list(session.id, limit=3, order="desc")
    assert [event.id for event in backward] == everything[::-1]
    calls = client.beta.sessions.events.list(session.id, types=["agent.tool_use", "agent.mcp_tool_use"])
    assert {event.type for event in calls} == {"agent.tool_use"}
    last = list(client.beta.sessions.events.list(session.id))[-1]
    tail = client.beta.sessions.events.list(session.id, created_at_gte=last.processed_at)
    assert [event.id for event in tail] == [last.id]


def test_sending_echoes_the_stored_events(client, create):
    session = create()
    sent = client.beta.sessions.events.send(session.id, events=[message("List the files.")])
    [echo] = sent.data
    assert echo.type == "user.message" and echo.id.startswith("sevt_")
    assert echo.content[0].text == "List the files."


def test_an_interrupt_ends_the_turn(client, create):
    session = create("Firehose")
    client.beta.sessions.events.send(session.id, events=[message("emit 100000 at 100")])
    events = run(client, session.id, {"type": "user.interrupt"})
    assert in_order(events, "user.interrupt", "session.thread_status_idle", "session.usage", "session.status_idle")
    assert events[-1].stop_reason.type == "end_turn"


def test_the_primary_thread_is_listed(client, create):
    session = create()
    run(client, session.id, message("List the files."))
    [primary] = client.beta.sessions.threads.list(session.id)
    assert primary.parent_thread_id is None
    assert primary.session_id == session.id
    assert client.beta.sessions.threads.retrieve(primary.id, session_id=session.id).id == primary.id
    own = [event.id for event in client.beta.sessions.threads.events.list(primary.id, session_id=session.id)]
    assert set(own) <= {event.id for event in client.beta.sessions.events.list(session.id)}
    assert own


def test_ten_thousand_events_page_in_order(client):
    big = next(one for one in client.beta.sessions.list() if one.title and "10,000" in one.title)
    events = list(client.beta.sessions.events.list(big.id, limit=1000))
    assert len(events) >= 10_000
    assert len({event.id for event in events}) == len(events)
    times = [event.processed_at for event in events]
    assert times == sorted(times)
