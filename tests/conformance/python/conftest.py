from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from anthropic import Anthropic
from anthropic.types.beta import BetaManagedAgentsAgent, BetaManagedAgentsSession

import demo_server

KEY = "sk-ant-api03-conformance"


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    with demo_server.running("--seed", "7", "--speed", "20") as url:
        yield url


@pytest.fixture(scope="session")
def client(base_url: str) -> Anthropic:
    """A client that refuses every answer whose shape is not the SDK's."""
    return Anthropic(api_key=KEY, base_url=base_url, timeout=30, max_retries=0, _strict_response_validation=True)


@pytest.fixture(scope="session")
def agents(client: Anthropic) -> dict[str, BetaManagedAgentsAgent]:
    return {agent.name: agent for agent in client.beta.agents.list()}


@pytest.fixture(scope="session")
def cloud(client: Anthropic) -> str:
    """The id of an environment in which the server runs the tools."""
    environments = client.beta.environments.list()
    return next(environment.id for environment in environments if environment.config.type == "cloud")


@pytest.fixture
def create(
    client: Anthropic, agents: dict[str, BetaManagedAgentsAgent], cloud: str
) -> Callable[..., BetaManagedAgentsSession]:
    """Creates a session of the agent with that name."""

    def make(agent: str = "Repo helper", **fields: object) -> BetaManagedAgentsSession:
        return client.beta.sessions.create(agent=agents[agent].id, environment_id=cloud, **fields)

    return make
