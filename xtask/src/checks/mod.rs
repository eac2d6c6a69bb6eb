//! Rules of the repository that the compiler does not know.

pub(crate) mod layers;
pub(crate) mod page;

use anyhow::Result;

use crate::tally::Tally;

/// Prints each rule with its outcome and counts them.
fn tally<const N: usize>(rules: [(&str, Result<()>); N]) -> Tally {
    let mut tally = Tally::default();
    for (rule, outcome) in rules {
        match &outcome {
            Ok(()) => println!("ok     {rule}"),
            Err(error) => println!("FAILED {rule}: {error:#}"),
        }
        tally = tally.plus(Tally::single(outcome.is_ok()));
    }
    tally
}
