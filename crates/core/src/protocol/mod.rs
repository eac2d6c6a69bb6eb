//! The objects of the Managed Agents API as they stand on the wire.
//!
//! Nothing that the server sends is lost: [`Event`] and [`Kept`] keep the JSON text, enumerations keep unknown values in
//! `Other`, unions keep unknown forms in `Unknown`. Field names are those of the API reference; a field that the server
//! may leave out or set to null is an `Option`, an empty list or an empty map.
#![doc = include_str!("TOLERANCE.md")]

mod agent;
mod answer;
mod content;
mod element;
mod environment;
mod error_envelope;
pub mod event;
mod input;
pub(crate) mod json_text;
mod kept;
mod listed;
mod loose;
mod model;
mod money;
mod multiagent;
pub(crate) mod object;
mod odd_times;
mod open_enum;
mod page;
mod params;
pub(crate) mod plain_words;
mod raw_json;
mod resource;
pub(crate) mod scalars;
mod session;
mod session_summary;
mod tagged_union;
mod thread;
mod timestamp;
mod tool;
mod usage;
mod vault;

pub use agent::{
    Agent, AgentReference, AgentSnapshot, AwsRole, Effort, EffortLevel, ExecutionIdentity, McpServer,
    ModelConfig, SessionAgent, Skill, SkillRef,
};
pub use answer::{Changed, Created, FromAnswer};
pub use content::{
    Citations, ContentBlock, DocumentBlock, FileSource, ImageBlock, InlineSource, Rubric, SearchResultBlock,
    SearchResultContent, Source, TextBlock, TextRubric, UrlSource,
};
pub use element::{Element, FromElement, Unreadable};
pub use environment::{CloudConfig, Environment, EnvironmentConfig, LimitedNetworking, Networking, Packages};
pub use error_envelope::{ErrorEnvelope, ErrorObject, ErrorType};
pub use event::{
    Confirmation, EvaluationResult, Event, EventBody, EventError, EventFamily, EventType, Permission,
    RequiresAction, RetryStatus, SessionErrorBody, StopDetails, StopReason,
};
pub use input::{DefineOutcome, InputEvent, SendEvents, SentEvents};
pub use kept::Kept;
pub use listed::Listed;
pub use model::{ModelInfo, ModelLifecycle};
pub use money::{Budget, BudgetLimit, MonetaryAmount};
pub use multiagent::{
    Advisor, AdvisorSetting, Delegation, DelegationTargets, Member, Multiagent, MultiagentMembers, Roster,
    RosterEntry, Switch,
};
pub use page::{IdPage, Page};
pub use params::{
    AgentCreate, AgentOverrides, AgentParam, AgentUpdate, EnvironmentCreate, MetadataPatch, ModelParam,
    SessionAgentUpdate, SessionCreate, SessionUpdate, VaultCreate,
};
pub use plain_words::text_inside;
pub use raw_json::RawJson;
pub use resource::{
    Branch, Checkout, Commit, FileParam, FileResource, GithubRepositoryParam, GithubRepositoryResource,
    MemoryAccess, MemoryStoreParam, MemoryStoreResource, ResourceParam, Secret, SessionResource,
};
pub use session::{Deleted, OutcomeEvaluation, Session, SessionStatus};
pub use session_summary::{AgentSummary, SessionSummary};
pub use thread::{SessionThread, ThreadAgent};
pub use timestamp::{Timestamp, TimestampError};
pub use tool::{AgentToolset, CustomTool, McpToolset, PermissionPolicy, ToolConfig, ToolDefaults, ToolEntry};
pub use usage::{CacheCreation, ModelUsage, ServerToolUsage, SessionUsage, Speed, Stats};
pub use vault::{Credential, CredentialAuth, EnvironmentVariableAuth, McpOauthAuth, StaticBearerAuth, Vault};
