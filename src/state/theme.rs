//! Dark, light, or as the system says.

use crate::platform::{storage, window};

const NAME: &str = "playground.theme";

/// The reader's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Reads a stored or configured name.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The name for storing and for the `data-theme` attribute.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The next choice of the switch.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

/// The choice of this tab, if one was made.
#[must_use]
pub fn stored() -> Option<Theme> {
    storage::get(NAME).map(|name| Theme::from_name(&name))
}

/// Remembers a choice for this tab.
pub fn store(theme: Theme) {
    storage::set(NAME, theme.name());
}

/// Applies a choice to the document.
pub fn apply(theme: Theme) {
    if let Some(root) = window().document().and_then(|d| d.document_element()) {
        let _ = match theme {
            Theme::System => root.remove_attribute("data-theme"),
            _ => root.set_attribute("data-theme", theme.name()),
        };
    }
}
