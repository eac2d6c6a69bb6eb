//! Character references and backslash escapes.

/// The names of HTML 4, and those of ASCII characters and a few signs: the 2,125 of HTML 5 would take eleven times as many
/// bytes. Each group begins with a code point; its names stand for this and the following ones.
const NAMES: &str = "9 Tab NewLine;21 excl quot num dollar percnt amp apos lpar rpar ast plus comma;2e period sol;\
3a colon semi lt equals gt quest commat;5b lsqb bsol rsqb Hat lowbar grave;7b lcub vert rcub;\
a0 nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para \
middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute \
Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute \
THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde \
ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml;152 OElig oelig;160 Scaron scaron;\
178 Yuml;192 fnof;2c6 circ;2dc tilde;391 Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron \
Pi Rho;3a3 Sigma Tau Upsilon Phi Chi Psi Omega;3b1 alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi \
omicron pi rho sigmaf sigma tau upsilon phi chi psi omega;3d1 thetasym upsih;3d6 piv;2002 ensp emsp;2009 thinsp;200c zwnj \
zwj lrm rlm;2013 ndash mdash;2018 lsquo rsquo sbquo;201c ldquo rdquo bdquo;2020 dagger Dagger bull;2026 hellip;2030 permil;\
2032 prime Prime;2039 lsaquo rsaquo;203e oline;2044 frasl;20ac euro;2111 image;2118 weierp;211c real;2122 trade;\
2135 alefsym;2190 larr uarr rarr darr harr;21b5 crarr;21d0 lArr uArr rArr dArr hArr;2200 forall;2202 part exist;2205 empty;\
2207 nabla isin notin;220b ni;220f prod;2211 sum minus;2217 lowast;221a radic;221d prop infin;2220 ang;2227 and or cap cup \
int;2234 there4;223c sim;2245 cong;2248 asymp;2260 ne equiv;2264 le ge;2282 sub sup nsub;2286 sube supe;2295 oplus;\
2297 otimes;22a5 perp;22c5 sdot;2308 lceil rceil lfloor rfloor;25ca loz;2660 spades;2663 clubs;2665 hearts diams;2713 check;\
2717 cross;27e8 lang rang";

/// Longest reference in bytes, with `&` and `;`.
const LONGEST: usize = 12;

/// The character that a text begins with a reference to, and the bytes of the reference.
pub(super) fn reference(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(LONGEST).position(|b| b == b';')?;
    let name = text.get(1..end)?;
    let char = match name.strip_prefix('#') {
        Some(number) => numbered(number)?,
        None => named(name)?,
    };
    Some((char, end + 1))
}

/// The text with references replaced and without backslashes before marks.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let passed = if let Some(char) = escaped(rest) {
            out.push(char);
            2
        } else if let Some((char, length)) = reference(rest).filter(|_| rest.starts_with('&')) {
            out.push(char);
            length
        } else {
            out.push_str(&rest[..1]);
            1
        };
        rest = &rest[passed..];
    }
    out.push_str(rest);
    out
}

/// The mark that a text begins with behind a backslash.
pub(super) fn escaped(text: &str) -> Option<char> {
    let mark = text.strip_prefix('\\')?.chars().next()?;
    mark.is_ascii_punctuation().then_some(mark)
}

fn numbered(number: &str) -> Option<char> {
    let (digits, radix, most) = match number.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16, 6),
        None => (number, 10, 7),
    };
    if digits.is_empty() || digits.len() > most || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let code = u32::from_str_radix(digits, radix).ok()?;
    Some(char::from_u32(code).filter(|c| *c != '\0').unwrap_or('\u{fffd}'))
}

fn named(name: &str) -> Option<char> {
    NAMES.split(';').find_map(|group| {
        let (first, names) = group.split_once(' ')?;
        let at = names.split(' ').position(|known| known == name)?;
        char::from_u32(u32::from_str_radix(first, 16).ok()? + u32::try_from(at).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_stand_for_characters() {
        for (text, char) in [
            ("&amp;", '&'),
            ("&apos;x", '\''),
            ("&colon;", ':'),
            ("&vert;", '|'),
            ("&nbsp;", '\u{a0}'),
            ("&yuml;", 'ÿ'),
            ("&Omega;", 'Ω'),
            ("&thetasym;", 'ϑ'),
            ("&rarr;", '→'),
            ("&diams;", '♦'),
            ("&rang;", '⟩'),
            ("&#35;", '#'),
            ("&#0001114;", 'њ'),
            ("&#X22;", '"'),
            ("&#0;", '\u{fffd}'),
            ("&#xD800;", '\u{fffd}'),
            ("&#x110000;", '\u{fffd}'),
        ] {
            let length = text.find(';').unwrap() + 1;
            assert_eq!(reference(text), Some((char, length)), "{text}");
        }
        for text in [
            "&amp",
            "&",
            "&;",
            "&#;",
            "&#x;",
            "&#+1;",
            "&#x+1;",
            "&#12345678;",
            "&#x1234567;",
            "&AMP;",
            "&a mp;",
            "&nonsense;",
            "&é;",
            "&1f;",
            "&21;",
        ] {
            assert_eq!(reference(text), None, "{text}");
        }
    }

    #[test]
    fn escapes_stand_for_marks() {
        assert_eq!(unescaped(r"\*a\b\\&amp;\&amp;&x;&"), r"*a\b\&&amp;&x;&");
    }
}
