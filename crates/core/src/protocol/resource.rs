//! What is mounted into the sandbox of a session.

use std::fmt;

use serde::Serialize;
use serde_json::value::RawValue;

use super::object::{Misfit, Read, object};

use super::open_enum::open_enum;
use super::tagged_union::tagged_union;
use super::timestamp::Timestamp;

tagged_union! {
    /// A mounted resource, as the API returns it.
    pub enum SessionResource {
        /// A file.
        File(FileResource) = "file",
        /// A repository at GitHub.
        GithubRepository(GithubRepositoryResource) = "github_repository",
        /// A memory store.
        MemoryStore(MemoryStoreResource) = "memory_store",
    }
}

/// A mounted file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileResource {
    /// Id of the mount (`sesrsc_…`).
    pub id: String,
    /// The session's own copy of the file.
    pub file_id: String,
    /// Path in the sandbox.
    pub mount_path: String,
    /// When it was added.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
}

object!(FileResource { id, file_id, mount_path or default, created_at, updated_at });

/// A mounted repository.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GithubRepositoryResource {
    /// Id of the mount (`sesrsc_…`).
    pub id: String,
    /// `https://github.com/owner/repo`.
    pub url: String,
    /// Path in the sandbox.
    pub mount_path: String,
    /// What is checked out; absent: the default branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkout: Option<Checkout>,
    /// When it was added.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
}

object!(GithubRepositoryResource { id, url, mount_path or default, checkout, created_at, updated_at });

tagged_union! {
    /// What is checked out of a repository.
    pub enum Checkout {
        /// A branch.
        Branch(Branch) = "branch",
        /// A commit.
        Commit(Commit) = "commit",
    }
}

/// A branch of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Branch {
    /// Name of the branch.
    pub name: String,
}

object!(Branch { name });

/// A commit of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Commit {
    /// Hash of the commit.
    pub sha: String,
}

object!(Commit { sha });

/// A mounted memory store. It has no id of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MemoryStoreResource {
    /// The memory store.
    pub memory_store_id: String,
    /// What the agent may do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<MemoryAccess>,
    /// How the agent shall use it, at most 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// Name of the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Description of the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Path in the sandbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_path: Option<String>,
}

object!(MemoryStoreResource {
    memory_store_id,
    access,
    instructions,
    name,
    description,
    mount_path
});

open_enum! {
    /// What an agent may do with a memory store.
    pub enum MemoryAccess {
        /// Read and write; the default.
        ReadWrite = "read_write",
        /// Read.
        ReadOnly = "read_only",
    }
}

tagged_union! {
    /// A resource to mount when a session is created. Only files can be added later.
    pub enum ResourceParam {
        /// A file.
        File(FileParam) = "file",
        /// A repository at GitHub.
        GithubRepository(GithubRepositoryParam) = "github_repository",
        /// A memory store.
        MemoryStore(MemoryStoreParam) = "memory_store",
    }
}

/// A file to mount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileParam {
    /// The file.
    pub file_id: String,
    /// Path under `/mnt/session/uploads`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_path: Option<String>,
}

object!(FileParam { file_id, mount_path });

/// A repository to mount.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GithubRepositoryParam {
    /// `https://github.com/owner/repo`.
    pub url: String,
    /// Token for a private repository; never returned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_token: Option<Secret>,
    /// What to check out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkout: Option<Checkout>,
    /// Path in the sandbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_path: Option<String>,
}

object!(GithubRepositoryParam {
    url,
    authorization_token,
    checkout,
    mount_path
});

/// A memory store to mount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MemoryStoreParam {
    /// The memory store.
    pub memory_store_id: String,
    /// What the agent may do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<MemoryAccess>,
    /// How the agent shall use it, at most 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
}

object!(MemoryStoreParam {
    memory_store_id,
    access,
    instructions
});

/// A text that is sent but never shown.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes the secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }
}

impl Read for Secret {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        String::read(raw).map(Self)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}
