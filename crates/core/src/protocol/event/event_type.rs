//! The types of events, and what can be said about an event from its type alone.

use super::super::open_enum::open_enum;

open_enum! {
    /// Type of an event (Managed Agents API reference, event catalogue).
    pub enum EventType {
        /// Input from the user.
        UserMessage = "user.message",
        /// Request to stop.
        UserInterrupt = "user.interrupt",
        /// Answer to a call that asks for approval.
        UserToolConfirmation = "user.tool_confirmation",
        /// Result of a custom tool.
        UserCustomToolResult = "user.custom_tool_result",
        /// Result of a tool that a self-hosted worker ran.
        UserToolResult = "user.tool_result",
        /// An outcome to work towards.
        UserDefineOutcome = "user.define_outcome",
        /// System context from here on.
        SystemMessage = "system.message",
        /// Text of the agent.
        AgentMessage = "agent.message",
        /// The agent is thinking; carries no text.
        AgentThinking = "agent.thinking",
        /// Call of a built-in tool.
        AgentToolUse = "agent.tool_use",
        /// Result of a built-in tool.
        AgentToolResult = "agent.tool_result",
        /// Call of a tool at an MCP server.
        AgentMcpToolUse = "agent.mcp_tool_use",
        /// Result of a tool at an MCP server.
        AgentMcpToolResult = "agent.mcp_tool_result",
        /// Call of a custom tool, which the client answers.
        AgentCustomToolUse = "agent.custom_tool_use",
        /// This thread sent a message to another.
        AgentThreadMessageSent = "agent.thread_message_sent",
        /// A message of another thread arrived.
        AgentThreadMessageReceived = "agent.thread_message_received",
        /// The history of the thread was summarised.
        AgentThreadContextCompacted = "agent.thread_context_compacted",
        /// The session works.
        SessionStatusRunning = "session.status_running",
        /// The session waits.
        SessionStatusIdle = "session.status_idle",
        /// The session retries after a transient failure.
        SessionStatusRescheduled = "session.status_rescheduled",
        /// The session is over.
        SessionStatusTerminated = "session.status_terminated",
        /// An error, fatal or not.
        SessionError = "session.error",
        /// Fields of the session changed.
        SessionUpdated = "session.updated",
        /// Cumulative usage.
        SessionUsage = "session.usage",
        /// The session was deleted; ends the stream.
        SessionDeleted = "session.deleted",
        /// A child thread was created.
        SessionThreadCreated = "session.thread_created",
        /// A thread works.
        SessionThreadStatusRunning = "session.thread_status_running",
        /// A thread waits.
        SessionThreadStatusIdle = "session.thread_status_idle",
        /// A thread retries.
        SessionThreadStatusRescheduled = "session.thread_status_rescheduled",
        /// A thread is over.
        SessionThreadStatusTerminated = "session.thread_status_terminated",
        /// A model request begins.
        SpanModelRequestStart = "span.model_request_start",
        /// A model request ended.
        SpanModelRequestEnd = "span.model_request_end",
        /// The evaluation of an outcome begins.
        SpanOutcomeEvaluationStart = "span.outcome_evaluation_start",
        /// The evaluation of an outcome goes on.
        SpanOutcomeEvaluationOngoing = "span.outcome_evaluation_ongoing",
        /// The evaluation of an outcome ended.
        SpanOutcomeEvaluationEnd = "span.outcome_evaluation_end",
        /// A workflow run opened.
        WorkflowRunCreated = "workflow_run.created",
        /// A workflow run starts or resumes.
        WorkflowRunStatusRunning = "workflow_run.status_running",
        /// A workflow run pauses.
        WorkflowRunStatusIdle = "workflow_run.status_idle",
        /// A phase begins.
        WorkflowRunPhaseStarted = "workflow_run.phase_started",
        /// A phase ended.
        WorkflowRunPhaseEnded = "workflow_run.phase_ended",
        /// A workflow failed, or could not be created.
        WorkflowRunError = "workflow_run.error",
        /// A workflow run ended.
        WorkflowRunStatusEnded = "workflow_run.status_ended",
        /// A preview opens; stream only.
        EventStart = "event_start",
        /// A fragment of a preview; stream only.
        EventDelta = "event_delta",
    }
}

/// What stands for the type of a text that cannot be read as an event.
pub(super) const UNREADABLE: &str = "unreadable";

/// What an event is about: the first part of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventFamily {
    /// `user.*`.
    User,
    /// `system.*`.
    System,
    /// `agent.*`.
    Agent,
    /// `session.*`.
    Session,
    /// `span.*`.
    Span,
    /// `workflow_run.*`.
    WorkflowRun,
    /// `event_start` and `event_delta`.
    Preview,
    /// Anything else.
    Other,
}

impl EventType {
    /// The family, also of a type that this version does not know.
    #[must_use]
    pub fn family(&self) -> EventFamily {
        if self.is_preview() {
            return EventFamily::Preview;
        }
        match self.as_str().split_once('.').map(|(family, _)| family) {
            Some("user") => EventFamily::User,
            Some("system") => EventFamily::System,
            Some("agent") => EventFamily::Agent,
            Some("session") => EventFamily::Session,
            Some("span") => EventFamily::Span,
            Some("workflow_run") => EventFamily::WorkflowRun,
            _ => EventFamily::Other,
        }
    }

    /// Whether the event only previews a later one: it has no id of its own and is never in the history.
    #[must_use]
    pub fn is_preview(&self) -> bool {
        matches!(self, Self::EventStart | Self::EventDelta)
    }

    /// Whether the event belongs to the history. Unknown types do: losing one would be worse than keeping one too many.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        !self.is_preview()
    }

    /// Whether a client sends events of this type. Only those can wait to be processed.
    #[must_use]
    pub fn is_input(&self) -> bool {
        matches!(self.family(), EventFamily::User) || *self == Self::SystemMessage
    }

    /// Whether this version knows the type.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Other(_))
    }
}
