//! Where the page may connect to. The browser holds it to that by policies, and policies add up: reach only shrinks.

/// The origins that the page can connect to.
#[derive(Clone, Debug)]
pub struct Reach {
    own: String,
    /// For each policy that was added: the origins that it allows beside the page's own.
    held: Vec<Vec<String>>,
}

impl Reach {
    /// What the policy in `index.html` allows to a page of this origin.
    #[must_use]
    pub fn of_page(own: String) -> Self {
        Self {
            own,
            held: Vec::new(),
        }
    }

    /// Whether the policy in `index.html` lets the page connect to an origin, whatever was added to it.
    #[must_use]
    pub fn is_in_page(&self, origin: &str) -> bool {
        let is = |name: &str| {
            origin
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        };
        origin.starts_with("https://")
            || is("http://localhost")
            || is("http://127.0.0.1")
            || origin == self.own
    }

    /// Whether requests to an origin are possible now.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        let admits = |origins: &Vec<String>| origins.iter().any(|named| named == origin);
        self.is_in_page(origin) && (origin == self.own || self.held.iter().all(admits))
    }

    /// Holds the page to these origins and its own. Returns the policy to add to the document, if it would change
    /// something.
    ///
    /// The origins must be in the form of [`BaseUrl::origin`](super::BaseUrl::origin). The policy also rules what no
    /// directive is named for, above all prefetching, which follows whatever allows the most.
    pub fn narrow(&mut self, origins: &[&str]) -> Option<String> {
        // A handful: putting each where it belongs takes less code than sorting.
        let mut named: Vec<String> = Vec::new();
        for origin in origins.iter().filter(|origin| **origin != self.own) {
            if let Err(place) = named.binary_search_by(|known| known.as_str().cmp(origin)) {
                named.insert(place, (*origin).to_owned());
            }
        }
        if self.held.contains(&named) {
            return None;
        }
        let mut policy = "default-src 'self' data: 'wasm-unsafe-eval'; connect-src 'self'".to_owned();
        for origin in &named {
            policy.push(' ');
            policy.push_str(origin);
        }
        self.held.push(named);
        Some(policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Reach {
        Reach::of_page("http://portal.test".into())
    }

    #[test]
    fn the_page_reaches_https_this_machine_and_its_own_origin() {
        let reach = page();
        for origin in [
            "https://api.anthropic.com",
            "https://[::1]:8443",
            "http://localhost",
            "http://localhost:8787",
            "http://127.0.0.1:1",
            "http://portal.test",
        ] {
            assert!(reach.allows(origin), "{origin}");
        }
        for origin in [
            "http://api.example",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "http://portal.test:8080",
            "http://[::1]:8787",
            "httpsx://a",
        ] {
            assert!(!reach.allows(origin), "{origin}");
        }
    }

    #[test]
    fn what_it_is_held_to_can_only_shrink() {
        let mut reach = page();
        let policy = reach.narrow(&["https://a.example", "http://127.0.0.1:8787"]);
        assert_eq!(
            policy.as_deref(),
            Some(
                "default-src 'self' data: 'wasm-unsafe-eval'; \
                 connect-src 'self' http://127.0.0.1:8787 https://a.example"
            )
        );
        let reached = |reach: &Reach| {
            [
                "https://a.example",
                "http://127.0.0.1:8787",
                "https://b.example",
                "http://portal.test",
            ]
            .map(|origin| reach.allows(origin))
        };
        assert_eq!(reached(&reach), [true, true, false, true]);
        assert!(reach.narrow(&["https://a.example"]).is_some());
        assert_eq!(reached(&reach), [true, false, false, true]);
        assert!(reach.narrow(&["https://b.example"]).is_some());
        assert_eq!(reached(&reach), [false, false, false, true], "policies add up");
        assert!(reach.is_in_page("https://b.example"));
    }

    #[test]
    fn the_same_policy_is_not_added_twice() {
        let mut reach = page();
        assert!(
            reach
                .narrow(&["https://a.example", "http://portal.test"])
                .is_some()
        );
        assert_eq!(reach.narrow(&["https://a.example"]), None);
        assert_eq!(reach.narrow(&["https://a.example", "https://a.example"]), None);
        let own = reach.narrow(&["http://portal.test"]);
        assert!(own.is_some_and(|policy| policy.ends_with("connect-src 'self'")));
        assert_eq!(reach.narrow(&[]), None);
    }

    #[test]
    fn prefetching_is_held_as_well() {
        let policy = page().narrow(&["https://a.example"]);
        assert!(policy.is_some_and(|policy| policy.starts_with("default-src 'self'")));
    }
}
