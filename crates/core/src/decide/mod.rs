//! The moment of decision: which waiting call stands where, and whether its buttons may be pressed.
//!
//! A press counts only for the call that somebody aimed at. Three things see to that. A call that was decided keeps its place
//! as a line until nobody is there any more, so that nothing moves under a pointer. Buttons that appear or move all the same
//! while somebody may be about to press are dead for a moment. And a press by a pointer has to begin and to end on the same
//! live button.
//!
//! [`Area`] is the machine. It is told what waits, where the pointer is, what is pressed and where the buttons stand, each
//! with the time; it says what every place shows. It reads no clock and knows no element.

mod area;
mod place;

pub use area::{Area, How, Pointer, Spot, is_second_press};
pub use place::{Button, By, Dead, Decision, Place, Stage};

/// How long buttons stay dead that appeared or moved, in milliseconds. Longer than the pause in any double click.
pub const SETTLE_MS: f64 = 600.0;

/// How long nobody has to be there before decided calls give up their places, in milliseconds.
pub const LINGER_MS: f64 = 2_000.0;

/// How long an answer that the server took may be missing in the log before it can be given again, in milliseconds.
pub const ACCEPTED_MS: f64 = 20_000.0;

#[cfg(test)]
mod tests;
