"""Whatever the SDK's types call optional may be null, and every form of content is taken."""

from __future__ import annotations

from turns import message, only, run, settled


def test_an_agent_may_leave_everything_open(client):
    agent = client.beta.agents.create(
        name="Open",
        model={"id": "claude-sonnet-5-5", "effort": None, "speed": None, "inference_geo": None},
        description=None,
        system=None,
        multiagent=None,
        execution_identity=None,
        mcp_servers=[{"type": "url", "name": "m", "url": "https://m.example/mcp"}],
        skills=[{"type": "custom", "skill_id": "skill_1", "version": None}],
        tools=[
            {
                "type": "agent_toolset_20260401",
                "default_config": None,
                "configs": [
                    {"name": "bash", "enabled": None, "permission_policy": None},
                    {"name": "web_fetch", "max_content_tokens": None, "url_sources": None},
                ],
            },
            {"type": "mcp_toolset", "mcp_server_name": "m", "default_config": {"enabled": None}},
        ],
    )
    client.beta.agents.archive(agent.id)
    bash = agent.tools[0].configs[0]
    assert (bash.enabled, bash.permission_policy.type) == (True, "always_allow")
    assert agent.tools[1].default_config.permission_policy.type == "always_ask"


def test_a_session_may_leave_everything_open(client, create, agents):
    session = create(
        title=None,
        resources=[
            {"type": "file", "file_id": "file_1", "mount_path": None},
            {"type": "github_repository", "url": "https://github.com/a/b", "mount_path": None, "checkout": None},
            {"type": "memory_store", "memory_store_id": "memstore_1", "access": None, "instructions": None},
        ],
    )
    assert [resource.type for resource in session.resources] == ["file", "github_repository", "memory_store"]
    same = client.beta.sessions.update(session.id, title=None, metadata=None, budget=None)
    assert (same.title, same.metadata, same.budget) == (None, {}, None)
    overridden = client.beta.sessions.create(
        agent={"type": "agent_with_overrides", "id": agents["Repo helper"].id, "system": None, "tools": None},
        environment_id=session.environment_id,
    )
    assert (overridden.agent.system, overridden.agent.tools) == (None, [])


def test_messages_take_every_form_of_content(client, create):
    encoded = {"type": "base64", "media_type": "image/png", "data": "aGk="}
    sources = [encoded, {"type": "url", "url": "https://x.example/a"}, {"type": "file", "file_id": "file_1"}]
    text = {"type": "text", "media_type": "text/plain", "data": "x"}
    content = [
        {"type": "text", "text": "Look at these."},
        *({"type": "image", "source": source} for source in sources),
        *({"type": "document", "source": source, "title": None, "context": None} for source in [*sources, text]),
    ]
    events = run(client, create().id, {"type": "user.message", "content": content})
    said = only(events, "user.message")
    assert [block.type for block in said.content] == ["text"] + ["image"] * 3 + ["document"] * 4


def test_answers_may_leave_everything_open(client, create):
    desk = create("Order desk")
    call = run(client, desk.id, message("Refund order 4711."))[-1].stop_reason.event_ids[0]
    found = {
        "type": "search_result",
        "source": "https://x.example",
        "title": "t",
        "content": [{"type": "text", "text": "x"}],
        "citations": {"enabled": True},
    }
    result = {"type": "user.custom_tool_result", "custom_tool_use_id": call, "content": [found], "is_error": None}
    sent = client.beta.sessions.events.send(desk.id, events=[result])
    assert sent.data[0].content[0].source == "https://x.example"
    deployer = create("Careful deployer")
    call = run(client, deployer.id, message("Deploy v1.9.0."))[-1].stop_reason.event_ids[0]
    allowed = {"type": "user.tool_confirmation", "tool_use_id": call, "result": "allow", "deny_message": None}
    assert client.beta.sessions.events.send(deployer.id, events=[allowed]).data[0].result == "allow"
    client.beta.sessions.events.send(deployer.id, events=[{"type": "user.interrupt", "session_thread_id": None}])
    settled(lambda: client.beta.sessions.delete(deployer.id))
