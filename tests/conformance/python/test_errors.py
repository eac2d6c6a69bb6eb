"""Refusals become the SDK's exception of the right class, with the message and the request id."""

from __future__ import annotations

import anthropic
import httpx2
import pytest
from anthropic import Anthropic

from conftest import KEY
from turns import message

ABSENT = "sesn_01absentabsentabsentab"


def refusal(error: pytest.ExceptionInfo) -> dict:
    body = error.value.body
    assert body["type"] == "error"
    assert body["request_id"] == error.value.request_id
    assert body["error"]["message"]
    return body["error"]


def test_wrong_key(base_url):
    client = Anthropic(api_key="sk-ant-invalid-key", base_url=base_url, max_retries=0)
    with pytest.raises(anthropic.AuthenticationError) as error:
        client.beta.sessions.list()
    assert refusal(error)["type"] == "authentication_error"


def test_key_in_the_legacy_header(base_url):
    headers = {
        "x-api-key": KEY,
        "anthropic-version": "2023-06-01",
        "anthropic-beta": "managed-agents-2026-04-01",
    }
    answer = httpx2.get(f"{base_url}/v1/sessions?limit=1", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["request-id"].startswith("req_")


def test_no_key(base_url):
    answer = httpx2.get(f"{base_url}/v1/sessions", headers={"anthropic-version": "2023-06-01"})
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "authentication_error"


def test_unknown_session(client):
    with pytest.raises(anthropic.NotFoundError) as error:
        client.beta.sessions.retrieve(ABSENT)
    assert refusal(error)["type"] == "not_found_error"


def test_missing_beta_header_hides_the_path(client):
    with pytest.raises(anthropic.NotFoundError):
        client.beta.sessions.list(extra_headers={"anthropic-beta": anthropic.Omit()})


def test_unknown_beta(client):
    with pytest.raises(anthropic.BadRequestError) as error:
        client.beta.sessions.list(betas=["not-a-beta-2020-01-01"])
    assert "`anthropic-beta` header" in refusal(error)["message"]


def test_unknown_query_parameter(client):
    with pytest.raises(anthropic.BadRequestError) as error:
        client.beta.sessions.events.list(ABSENT, extra_query={"after": "sevt_1"})
    assert refusal(error)["type"] == "invalid_request_error"


def test_unknown_preview_type(client, create):
    with pytest.raises(anthropic.BadRequestError):
        client.beta.sessions.events.stream(create().id, event_deltas=["agent.tool_use"])


def test_missing_required_field(client, agents):
    with pytest.raises(anthropic.BadRequestError) as error:
        client.beta.sessions.create(agent=agents["Repo helper"].id, environment_id=anthropic.omit)
    assert "environment_id" in refusal(error)["message"]


def test_unknown_environment(client, agents):
    with pytest.raises(anthropic.NotFoundError):
        client.beta.sessions.create(agent=agents["Repo helper"].id, environment_id="env_01absent")


def test_malformed_body(base_url, create):
    headers = {
        "x-api-key": KEY,
        "anthropic-version": "2023-06-01",
        "anthropic-beta": "managed-agents-2026-04-01",
        "content-type": "application/json",
    }
    answer = httpx2.post(f"{base_url}/v1/sessions/{create().id}/events", headers=headers, content=b'{"events": [')
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_unknown_event_type(client, create):
    with pytest.raises(anthropic.BadRequestError) as error:
        client.beta.sessions.events.send(create().id, events=[{"type": "session.usage"}])
    assert "session.usage" in refusal(error)["message"]


def test_empty_message(client, create):
    with pytest.raises(anthropic.BadRequestError):
        client.beta.sessions.events.send(create().id, events=[message("")])


def test_overload_and_rate_limit_are_retried(base_url):
    """Faults on purpose: the SDK waits and repeats, and the call succeeds in the end."""
    client = Anthropic(api_key=KEY, base_url=base_url, max_retries=2, _strict_response_validation=True)
    fault = {
        "match": {"method": "GET", "path": "/v1/models"},
        "times": 2,
        "effect": {
            "status": 529,
            "error": {"type": "overloaded_error", "message": "Overloaded"},
            "retry_after": 0,
        },
    }
    httpx2.post(f"{base_url}/demo/faults", json=fault).raise_for_status()
    try:
        assert list(client.beta.models.list())
    finally:
        httpx2.delete(f"{base_url}/demo/faults").raise_for_status()
