"""What a picker of models reads."""

from __future__ import annotations

from datetime import datetime


def test_models_tell_their_line_and_their_end(client):
    models = {model.id: model for model in client.beta.models.list()}
    assert {model.line for model in models.values()} == {"haiku", "sonnet", "opus", "fable"}
    for model in models.values():
        assert (model.deprecated_at is None) == (model.lifecycle == "active")
        assert model.allowed_fallback_models is not None
        assert model.max_tokens
    assert models["claude-opus-4-5"].retires_at.date().isoformat() == "2027-01-22"
    assert isinstance(models["claude-sonnet-4-5"].deprecated_at, datetime)


def test_models_are_filtered_by_lifecycle(client):
    listed = {model.id for model in client.beta.models.list()}
    by = {
        stage: {model.id for model in client.beta.models.list(lifecycle=[stage])}
        for stage in ("active", "deprecated", "retired")
    }
    assert listed == by["active"] | by["deprecated"]
    assert by["retired"] == {"claude-mythos-preview"} and not by["retired"] & listed
    assert client.beta.models.retrieve("claude-mythos-preview").lifecycle == "retired"
    paged = [model.id for model in client.beta.models.list(lifecycle=["active", "retired"], limit=2)]
    assert sorted(paged) == sorted(by["active"] | by["retired"])


def test_models_tell_which_efforts_can_be_chosen(client):
    for model in client.beta.models.list():
        effort = model.capabilities.effort
        assert effort.supported == effort.high.supported
    assert client.beta.models.retrieve("claude-opus-5-5").capabilities.effort.max.supported
    assert not client.beta.models.retrieve("claude-haiku-5-5").capabilities.effort.max.supported
