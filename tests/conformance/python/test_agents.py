"""What the SDK can say of an agent, and what the API makes of it: defaults filled in, references pinned, unknown things refused."""

from __future__ import annotations

import anthropic
import pytest

ENABLED = {"type": "enabled"}
DISABLED = {"type": "disabled"}
SELF = {"type": "self"}


@pytest.fixture
def create_agent(client):
    """Creates agents that no list shows once the test is over."""
    made = []

    def create(**fields):
        made.append(client.beta.agents.create(**{"name": "Made here", "model": "claude-sonnet-5-5", **fields}))
        return made[-1]

    yield create
    for agent in made:
        client.beta.agents.archive(agent.id)


def test_an_effort_is_always_there(client, create_agent):
    plain = create_agent()
    assert plain.model.effort.type == "high"
    low = create_agent(model={"id": "claude-sonnet-5-5", "effort": "low", "inference_geo": "eu"})
    assert (low.model.effort.type, low.model.inference_geo, low.model.speed) == ("low", "eu", "standard")
    # Left out, it stays as long as the model does; the region is cleared.
    kept = client.beta.agents.update(low.id, model={"id": "claude-sonnet-5-5"})
    assert (kept.model.effort.type, kept.model.inference_geo) == ("low", None)
    other = client.beta.agents.update(low.id, model="claude-opus-5-5")
    assert other.model.effort.type == "high"


@pytest.mark.parametrize(
    "model",
    [
        {"id": "claude-sonnet-5-5", "effort": "extreme"},
        {"id": "claude-sonnet-5-5", "speed": "warp"},
        {"id": "claude-sonnet-5-5", "temperature": 1},
    ],
)
def test_a_model_that_nobody_knows_how_to_run_is_refused(create_agent, model):
    with pytest.raises(anthropic.BadRequestError):
        create_agent(model=model)


def test_empty_texts_and_nulls_clear(client, create_agent):
    agent = create_agent(
        description="d", system="s", skills=[{"type": "anthropic", "skill_id": "xlsx"}], metadata={"a": "b"}
    )
    assert agent.skills[0].version == "latest"
    cleared = client.beta.agents.update(
        agent.id, description="", system=None, skills=None, execution_identity=None, metadata=None
    )
    assert (cleared.description, cleared.system, cleared.skills, cleared.metadata) == (None, None, [], {"a": "b"})
    assert cleared.execution_identity.type == "service_account"


def test_web_tools_keep_their_settings(create_agent):
    search = {
        "name": "web_search",
        "allowed_domains": ["docs.example.com/guide"],
        "user_location": {"type": "approximate", "city": "Bern"},
    }
    sources = {"user_input": "all", "client_tool_results": {"type": "only", "tools": [{"type": "tool_reference", "name": "look_up"}]}}
    fetch = {"name": "web_fetch", "blocked_domains": ["ads.example.com"], "max_content_tokens": 5000, "url_sources": sources}
    custom = {"type": "custom", "name": "look_up", "description": "d", "input_schema": {"type": "object"}}
    agent = create_agent(tools=[{"type": "agent_toolset_20260401", "configs": [search, fetch]}, custom])
    searches, fetches = agent.tools[0].configs
    assert (searches.allowed_domains, searches.user_location.city) == (["docs.example.com/guide"], "Bern")
    assert (fetches.blocked_domains, fetches.max_content_tokens) == (["ads.example.com"], 5000)
    # Always in the object form; what was not set is null.
    assert fetches.url_sources.user_input.type == "all"
    assert fetches.url_sources.client_tool_results.tools[0].name == "look_up"
    assert fetches.url_sources.server_tool_results is None


@pytest.mark.parametrize(
    "config",
    [
        {"name": "web_fetch", "allowed_domains": ["a.example"], "blocked_domains": ["b.example"]},
        {"name": "web_fetch", "allowed_domains": []},
        {"name": "web_fetch", "allowed_domains": ["https://a.example"]},
        {"name": "web_search", "max_content_tokens": 5},
        {"name": "bash", "allowed_domains": ["a.example"]},
        {"name": "web_fetch", "url_sources": {key: "none" for key in ("user_input", "client_tool_results", "server_tool_results")}},
        {"name": "web_fetch", "url_sources": {"server_tool_results": {"type": "only", "tools": [{"type": "tool_reference", "name": "bash"}]}}},
    ],
)
def test_web_tools_refuse_what_contradicts_itself(create_agent, config):
    with pytest.raises(anthropic.BadRequestError):
        create_agent(tools=[{"type": "agent_toolset_20260401", "configs": [config]}])


def test_multiagent_members_default_and_are_pinned(create_agent, agents):
    helper = agents["Repo helper"]
    agent = create_agent(
        multiagent={
            "type": "multiagent_20261001",
            "subagents": {"type": "enabled", "predefined_agents": [helper.id, {"type": "agent", "id": agents["Order desk"].id, "version": 1}, SELF]},
        },
    )
    multiagent = agent.multiagent
    assert [(one.id, one.version) for one in multiagent.subagents.predefined_agents] == [
        (helper.id, helper.version),
        (agents["Order desk"].id, 1),
        (agent.id, 1),
    ]
    assert multiagent.workflows.type == "enabled" and multiagent.workflows.predefined_agents == []
    assert multiagent.workflows.inline_agents.type == "enabled"
    assert multiagent.advisor.type == "disabled"


def test_a_session_carries_whole_members(client, create_agent, agents, cloud):
    lead = create_agent(
        multiagent={"type": "coordinator", "agents": [agents["Repo helper"].id, SELF, {"type": "advisor", "model": "claude-opus-5-5"}]},
    )
    assert [entry.type for entry in lead.multiagent.agents] == ["agent", "agent", "advisor"]
    session = client.beta.sessions.create(agent=lead.id, environment_id=cloud)
    helper, itself, advisor = session.agent.multiagent.agents
    assert helper.name == "Repo helper" and helper.tools
    assert itself.name == "Made here" and itself.model.id == lead.model.id
    assert advisor.model == "claude-opus-5-5"


def test_an_update_of_multiagent_merges_level_by_level(client, create_agent, agents):
    agent = create_agent(
        multiagent={
            "type": "multiagent_20261001",
            "subagents": {"type": "enabled", "predefined_agents": [agents["Repo helper"].id]},
            "workflows": DISABLED,
            "advisor": {"type": "enabled", "model": "claude-opus-5-5"},
        },
    )
    merged = client.beta.agents.update(
        agent.id,
        multiagent={"type": "multiagent_20261001", "subagents": {"type": "enabled", "inline_agents": DISABLED}, "workflows": None},
    ).multiagent
    assert [one.id for one in merged.subagents.predefined_agents] == [agents["Repo helper"].id]
    assert merged.subagents.inline_agents.type == "disabled"
    assert merged.workflows.type == "enabled"
    assert merged.advisor.model == "claude-opus-5-5"
    assert client.beta.agents.update(agent.id, multiagent=None).multiagent is None


@pytest.mark.parametrize(
    "multiagent",
    [
        {"type": "multiagent_20261001", "subagents": {"type": "enabled", "inline_agents": DISABLED}},
        {"type": "multiagent_20261001", "advisor": ENABLED},
        {"type": "multiagent_20261001", "subagents": {"type": "enabled", "predefined_agents": [SELF, SELF]}},
        {"type": "multiagent_20261001", "subagents": {"type": "enabled", "predefined_agents": ["agent_01missing"]}},
        {"type": "coordinator", "agents": []},
        {"type": "swarm"},
    ],
)
def test_a_team_that_cannot_be_is_refused(create_agent, multiagent):
    with pytest.raises((anthropic.BadRequestError, anthropic.NotFoundError)):
        create_agent(multiagent=multiagent)


def test_a_member_must_not_have_a_team(create_agent, agents):
    with pytest.raises(anthropic.BadRequestError):
        create_agent(multiagent={"type": "coordinator", "agents": [agents["Research team"].id]})
