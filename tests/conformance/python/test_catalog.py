"""What the pickers of a client list: agents, environments, vaults, models."""

from __future__ import annotations

import anthropic
import pytest


def test_agents_and_their_versions(client, agents):
    assert {"Repo helper", "Careful deployer", "Firehose"} <= set(agents)
    agent = agents["Repo helper"]
    assert client.beta.agents.retrieve(agent.id).version == agent.version
    assert client.beta.agents.retrieve(agent.id, version=1).version == 1
    versions = [version.version for version in client.beta.agents.versions.list(agent.id)]
    assert sorted(versions) == list(range(1, agent.version + 1))
    paged = [one.id for one in client.beta.agents.list(limit=1)]
    assert sorted(paged) == sorted(one.id for one in agents.values())


def test_environments_of_both_kinds(client):
    environments = list(client.beta.environments.list())
    assert {environment.config.type for environment in environments} == {"cloud", "self_hosted"}
    for environment in environments:
        assert client.beta.environments.retrieve(environment.id).name == environment.name


def test_vaults(client):
    vaults = list(client.beta.vaults.list())
    assert len(vaults) == 2
    for vault in vaults:
        assert client.beta.vaults.retrieve(vault.id).display_name == vault.display_name
        list(client.beta.vaults.credentials.list(vault.id))


def test_models_cover_every_agent(client, agents):
    models = {model.id for model in client.beta.models.list()}
    assert {agent.model.id for agent in agents.values()} <= models
    some = next(iter(models))
    assert client.beta.models.retrieve(some).id == some


@pytest.mark.parametrize("resource", ["agents", "environments", "vaults"])
def test_unknown_ids_are_not_found(client, resource):
    with pytest.raises(anthropic.NotFoundError):
        getattr(client.beta, resource).retrieve("unknown_01")
