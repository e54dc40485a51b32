//! How many text messages a text takes.
//!
//! A short message has 140 bytes. A text of the GSM 7-bit default alphabet (3GPP TS 23.038 section 6.2.1)
//! holds 160 characters, of which those of the extension table count twice; any other text goes as UCS-2 and
//! holds 70 units of 16 bits. Longer ones are joined out of parts that each give 6 bytes to a header
//! (TS 23.040 section 9.2.3.24.1): 153 and 67.

const DEFAULT_ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
    ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION_TABLE: &str = "\u{c}^{}\\[~]|€";

/// How many short messages `text` is sent as; 1 for an empty text.
#[must_use]
pub fn segments(text: &str) -> usize {
    match septets(text) {
        Some(septets) => parts(septets, 160, 153),
        None => parts(text.encode_utf16().count(), 70, 67),
    }
}

/// The length in the GSM 7-bit default alphabet; none where a character is not in it.
fn septets(text: &str) -> Option<usize> {
    text.chars().try_fold(0, |sum, character| {
        if DEFAULT_ALPHABET.contains(character) {
            Some(sum + 1)
        } else {
            EXTENSION_TABLE.contains(character).then_some(sum + 2)
        }
    })
}

const fn parts(length: usize, alone: usize, joined: usize) -> usize {
    if length <= alone {
        1
    } else {
        length.div_ceil(joined)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_longer_text_never_takes_fewer_and_each_holds_what_fits(
            text in "[a-z0-9 €ñ]{0,400}|[a-z明華é😀]{0,300}", more in "[a-z€明]{0,5}",
        ) {
            let count = segments(&text);
            let longer = [text.as_str(), more.as_str()].concat();
            prop_assert!(segments(&longer) >= count);
            // An alphabet's characters take one place or two, and UCS-2's at most two.
            let places = text.chars().count();
            prop_assert!(count <= 1.max((2 * places).div_ceil(67)));
            prop_assert!(count >= places.div_ceil(160).max(1));
        }
    }

    #[test]
    fn a_text_of_the_default_alphabet_holds_160_and_any_other_70() {
        assert_eq!(segments(""), 1);
        assert_eq!(segments(&"a".repeat(160)), 1);
        assert_eq!(segments(&"a".repeat(161)), 2);
        assert_eq!(segments(&"接".repeat(70)), 1);
        assert_eq!(segments(&"接".repeat(71)), 2);
        assert_eq!(segments(&"接".repeat(134)), 2);
        assert_eq!(segments(&"接".repeat(135)), 3);
    }

    #[test]
    fn one_sign_outside_makes_the_whole_text_a_short_one_and_some_signs_count_twice() {
        assert_eq!(segments(&format!("{}ế", "a".repeat(70))), 2);
        assert_eq!(segments(&"€".repeat(80)), 1);
        assert_eq!(segments(&"€".repeat(81)), 2);
        assert_eq!(segments(&"😀".repeat(35)), 1);
        assert_eq!(segments(&"😀".repeat(36)), 2);
    }

    #[test]
    fn the_default_alphabet_has_its_127_characters() {
        assert_eq!(DEFAULT_ALPHABET.chars().count(), 127);
        assert_eq!(septets("héé£ [x]"), Some(10));
        assert_eq!(septets("ç"), None);
    }
}
