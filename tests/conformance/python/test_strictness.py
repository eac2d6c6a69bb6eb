"""The client of these tests really refuses answers that are not of the SDK's shape."""

from __future__ import annotations

import json

import anthropic
import httpx2
import pytest
from anthropic import Anthropic

from test_fields import unknown


def client_of(answer: httpx2.Response) -> Anthropic:
    transport = httpx2.MockTransport(lambda _: answer)
    return Anthropic(
        api_key="k", http_client=httpx2.Client(transport=transport), _strict_response_validation=True
    )


def test_a_session_without_its_status_is_refused(client, create):
    body = client.beta.sessions.with_raw_response.retrieve(create().id).http_response.json()
    assert client_of(httpx2.Response(200, json=body)).beta.sessions.retrieve("sesn_1").status == "idle"
    del body["status"]
    with pytest.raises(anthropic.APIResponseValidationError):
        client_of(httpx2.Response(200, json=body)).beta.sessions.retrieve("sesn_1")


def test_a_streamed_event_without_its_id_is_refused():
    event = {"type": "session.status_running", "id": "sevt_1", "processed_at": "2026-11-18T09:14:03.321098Z"}

    def stream(event: dict) -> list:
        frame = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
        answer = httpx2.Response(200, headers={"content-type": "text/event-stream"}, text=frame)
        return list(client_of(answer).beta.sessions.events.stream("sesn_1"))

    assert [one.id for one in stream(event)] == ["sevt_1"]
    del event["id"]
    with pytest.raises(anthropic.APIResponseValidationError):
        stream(event)


def test_a_field_that_the_types_do_not_know_is_found(client, create):
    body = client.beta.sessions.with_raw_response.retrieve(create().id).http_response.json()
    body["agent"]["mood"] = "good"
    session = client_of(httpx2.Response(200, json=body)).beta.sessions.retrieve("sesn_1")
    assert unknown(session) == ["/BetaManagedAgentsSession/BetaManagedAgentsSessionAgent.mood"]
