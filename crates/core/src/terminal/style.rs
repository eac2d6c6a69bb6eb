//! How a text looks: what is left of the many ways of terminals.

/// The look of a part of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Heavier than the rest.
    pub bold: bool,
    /// Fainter than the rest.
    pub dim: bool,
    /// A colour, or that of the text.
    pub color: Option<Color>,
}

/// The colours that programs tell things apart with. Black, white and their lighter forms are the colour of the text, which
/// can be read in every theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// Failures.
    Red,
    /// Successes.
    Green,
    /// Warnings.
    Yellow,
    /// Names and notes.
    Blue,
    /// Names and notes.
    Magenta,
    /// Names and notes.
    Cyan,
}

impl Style {
    /// Applies the parameters of `ESC [ … m`.
    pub(super) fn apply(&mut self, parameters: &str) {
        let mut numbers = parameters.split([';', ':']);
        while let Some(number) = numbers.next() {
            match number.parse().unwrap_or(0) {
                0_u16 => *self = Self::default(),
                1 => self.bold = true,
                2 => self.dim = true,
                22 => (self.bold, self.dim) = (false, false),
                code @ 30..=37 => self.paint(code - 30),
                code @ 90..=97 => {
                    self.paint(code - 90);
                    // Light black is grey.
                    self.dim |= code == 90;
                }
                code @ (38 | 48 | 58) => {
                    let color = extended(&mut numbers);
                    if code == 38 {
                        self.color = color;
                    }
                }
                39 => self.color = None,
                _ => {}
            }
        }
    }

    fn paint(&mut self, code: u16) {
        self.color = primary(code & 1 > 0, code & 2 > 0, code & 4 > 0);
    }
}

/// The colour after 38, 48 or 58: `5;n` of a table of 256, or `2;r;g;b`.
fn extended<'a>(numbers: &mut impl Iterator<Item = &'a str>) -> Option<Color> {
    let mut number = || {
        numbers
            .next()
            .and_then(|number| number.parse::<u16>().ok())
            .unwrap_or(0)
    };
    let (red, green, blue) = match number() {
        5 => match number() {
            code @ 0..=15 => return primary(code & 1 > 0, code & 2 > 0, code & 4 > 0),
            code @ 16..=231 => {
                let code = code - 16;
                (code / 36, code / 6 % 6, code % 6)
            }
            _ => return None,
        },
        2 => (number(), number(), number()),
        _ => return None,
    };
    let most = red.max(green).max(blue);
    let is_lit = |part: u16| part > 0 && u32::from(part) * 3 > u32::from(most) * 2;
    primary(is_lit(red), is_lit(green), is_lit(blue))
}

fn primary(red: bool, green: bool, blue: bool) -> Option<Color> {
    Some(match (red, green, blue) {
        (true, false, false) => Color::Red,
        (false, true, false) => Color::Green,
        (true, true, false) => Color::Yellow,
        (false, false, true) => Color::Blue,
        (true, false, true) => Color::Magenta,
        (false, true, true) => Color::Cyan,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(parameters: &[&str]) -> Style {
        let mut style = Style::default();
        parameters.iter().for_each(|parameters| style.apply(parameters));
        style
    }

    #[test]
    fn colours_are_mapped_to_a_few() {
        for (parameters, color) in [
            ("31", Some(Color::Red)),
            ("1;92", Some(Color::Green)),
            ("33", Some(Color::Yellow)),
            ("30", None),
            ("97", None),
            ("38;5;4", Some(Color::Blue)),
            ("38;5;201", Some(Color::Magenta)),
            ("38;5;208", Some(Color::Red)),
            ("38;5;240", None),
            ("38;2;0;128;128", Some(Color::Cyan)),
            ("38:2:250:10:10", Some(Color::Red)),
            ("38;2;200;200;200", None),
            ("48;5;1;32", Some(Color::Green)),
            ("48;2;1;2;31", None),
            ("31;39", None),
            ("31;38", None),
            ("31;99999999999999999999", None),
            ("8;31", Some(Color::Red)),
        ] {
            assert_eq!(style(&[parameters]).color, color, "{parameters}");
        }
    }

    #[test]
    fn weight_comes_and_goes() {
        assert!(style(&["1"]).bold && style(&["2"]).dim && style(&["90"]).dim);
        assert_eq!(style(&["1;2;31", ""]), Style::default());
        assert_eq!(style(&["1;2", "22"]), Style::default());
        assert_eq!(style(&["1", "31", "0"]), Style::default());
    }
}
