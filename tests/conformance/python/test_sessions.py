"""Creating, reading, listing, changing, archiving and deleting sessions."""

from __future__ import annotations

import anthropic
import pytest

from turns import message, run, settled


def test_agent_by_id_string_means_its_latest_version(client, agents, cloud):
    agent = agents["Repo helper"]
    session = client.beta.sessions.create(agent=agent.id, environment_id=cloud)
    assert (session.status, session.type, session.environment_id) == ("idle", "session", cloud)
    assert (session.agent.id, session.agent.version) == (agent.id, agent.version)
    assert session.title is None and session.archived_at is None
    assert session.vault_ids == [] and session.metadata == {}


def test_pinned_version_stays_pinned(client, agents, cloud):
    agent = agents["Repo helper"]
    assert agent.version > 1
    session = client.beta.sessions.create(
        agent={"type": "agent", "id": agent.id, "version": 1}, environment_id=cloud
    )
    assert session.agent.version == 1
    assert session.agent.model.id != agent.model.id, "version 1 runs another model"


def test_overrides_replace_only_what_they_name(client, agents, cloud):
    agent = agents["Repo helper"]
    session = client.beta.sessions.create(
        agent={"type": "agent_with_overrides", "id": agent.id, "system": "Answer in French."}, environment_id=cloud
    )
    assert session.agent.system == "Answer in French."
    assert [tool.type for tool in session.agent.tools] == [tool.type for tool in agent.tools]


def test_create_with_title_metadata_vaults_and_budget(client, create):
    vault = next(iter(client.beta.vaults.list()))
    session = create(
        title="Everything",
        metadata={"ticket": "T-1"},
        vault_ids=[vault.id],
        budget={"type": "limit", "max_list_cost": {"amount": "2500", "currency": "USD"}},
    )
    read = client.beta.sessions.retrieve(session.id)
    for one in (session, read):
        assert (one.title, one.metadata, one.vault_ids) == ("Everything", {"ticket": "T-1"}, [vault.id])
        assert one.budget.max_list_cost.amount == "2500"


def test_initial_events_start_the_session(client, create):
    session = create(initial_events=[message("List the files.")])
    assert session.status == "running"
    kinds = [event.type for event in client.beta.sessions.events.list(session.id)]
    assert kinds[:3] == ["session.status_running", "session.thread_status_running", "user.message"]


def test_list_pages_through_every_session_once(client, create):
    for _ in range(3):
        create()
    everything = [session.id for session in client.beta.sessions.list(include_archived=True)]
    paged = []
    page = client.beta.sessions.list(include_archived=True, limit=2)
    sizes = []
    while True:
        sizes.append(len(page.data))
        paged += [session.id for session in page.data]
        if not page.has_next_page():
            break
        page = page.get_next_page()
    assert paged == everything
    assert len(set(paged)) == len(paged) > 4
    assert set(sizes[:-1]) == {2}


def test_list_filters(client, agents, create):
    session = create("Firehose")
    by_agent = list(client.beta.sessions.list(agent_id=agents["Firehose"].id))
    assert session.id in [one.id for one in by_agent]
    assert {one.agent.name for one in by_agent} == {"Firehose"}
    assert {one.status for one in client.beta.sessions.list(statuses=["idle"])} == {"idle"}
    newer = client.beta.sessions.list(created_at_gte=session.created_at, order="asc")
    assert [one.id for one in newer][0] == session.id


def test_update_title_and_metadata(client, create):
    session = create(metadata={"keep": "1", "drop": "2"})
    updated = client.beta.sessions.update(session.id, title="Renamed", metadata={"drop": None, "new": "3"})
    assert updated.title == "Renamed"
    assert updated.metadata == {"keep": "1", "new": "3"}
    assert updated.updated_at > session.updated_at
    changes = [event for event in client.beta.sessions.events.list(session.id) if event.type == "session.updated"]
    assert [change.title for change in changes] == ["Renamed"]


def test_archive_keeps_the_history_and_refuses_input(client, create):
    session = create()
    run(client, session.id, message("List the files."))
    archived = settled(lambda: client.beta.sessions.archive(session.id))
    assert archived.archived_at is not None
    assert archived.status == "terminated"
    history = [event.type for event in client.beta.sessions.events.list(session.id)]
    assert "agent.message" in history and history[-1] == "session.status_terminated"
    with pytest.raises(anthropic.APIStatusError) as refused:
        client.beta.sessions.events.send(session.id, events=[message("Hello?")])
    assert refused.value.status_code in (400, 409)
    assert session.id not in [one.id for one in client.beta.sessions.list()]
    assert session.id in [one.id for one in client.beta.sessions.list(include_archived=True)]


def test_delete_removes_the_session(client, create):
    session = create()
    deleted = client.beta.sessions.delete(session.id)
    assert (deleted.id, deleted.type) == (session.id, "session_deleted")
    with pytest.raises(anthropic.NotFoundError):
        client.beta.sessions.retrieve(session.id)


def test_a_running_session_cannot_be_deleted_until_it_is_interrupted(client, create):
    session = create("Firehose", initial_events=[message("emit 100000 at 100")])
    with pytest.raises(anthropic.BadRequestError):
        client.beta.sessions.delete(session.id)
    events = run(client, session.id, {"type": "user.interrupt"})
    assert events[-1].stop_reason.type == "end_turn"
    assert settled(lambda: client.beta.sessions.delete(session.id)).type == "session_deleted"
