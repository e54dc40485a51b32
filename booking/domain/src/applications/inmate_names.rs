//! Inmates' names, as people type them and as strangers may see them.

/// Whether two names are the same but for spaces and the width and case of Latin letters.
#[must_use]
pub fn is_same_name(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|name| compared(name).collect::<String>());
    !one.is_empty() && one == other
}

/// A name with all but its first and its last character hidden, of two characters the last one: 林○華, 林○.
#[must_use]
pub fn masked_name(name: &str) -> String {
    let last = name.chars().count().saturating_sub(1);
    let hidden = |(at, character): (usize, char)| match at {
        0 => character,
        _ if at == last && last > 1 => character,
        _ => '○',
    };
    name.chars().enumerate().map(hidden).collect()
}

fn compared(name: &str) -> impl Iterator<Item = char> {
    name.chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| match character {
            // The full-width forms stand in the order of the plain ones (Unicode block FF00).
            '\u{ff01}'..='\u{ff5e}' => {
                char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
            }
            other => other,
        })
        .flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_width_and_case_make_no_other_name() {
        assert!(is_same_name("林明華", " 林 明　華 "));
        assert!(is_same_name("NGUYEN Van An", "nguyen van an"));
        assert!(is_same_name("ＡＮ", "an"));
        assert!(!is_same_name("林明華", "林明"));
        assert!(!is_same_name("", "  "));
    }

    #[test]
    fn a_masked_name_keeps_its_ends() {
        let masked = ["林明華", "林華", "林", "", "歐陽明華"].map(masked_name);
        assert_eq!(masked, ["林○華", "林○", "林", "", "歐○○華"]);
    }
}
