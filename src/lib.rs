//! The Managed Agents Playground: a browser client for the Claude Managed Agents API.
