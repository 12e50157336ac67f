//! Words nobody could guess, made to be read from paper and typed: one-time passwords and recovery codes.

use rand::Rng;
use secrecy::SecretString;

/// Without letters that are taken for others.
const LETTERS: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";

/// «h7kq-m2xd-v8sw»: so many groups of four letters, each letter worth almost five bits.
pub(super) fn groups(count: usize) -> SecretString {
    // a generator that is seeded by the machine and made for secrets
    let mut random = rand::rng();
    let mut group =
        || -> String { (0..4).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect() };
    (0..count).map(|_| group()).collect::<Vec<_>>().join("-").into()
}

/// As it was made, however it was typed: without blanks and hyphens, in small letters.
pub(super) fn plain(typed: &str) -> String {
    typed.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_word_is_long_different_each_time_and_read_however_it_is_typed() {
        let (one, other) = (groups(4), groups(4));
        assert_eq!(one.expose_secret().len(), 19);
        assert_ne!(one.expose_secret(), other.expose_secret());
        let typed = one.expose_secret().to_uppercase().replace('-', "  ");
        assert_eq!(plain(&typed), plain(one.expose_secret()));
        assert_eq!(plain(&typed).len(), 16);
    }
}
