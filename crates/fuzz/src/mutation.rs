//! Inputs made of real ones: what a fuzzer without coverage can do in a second.

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};

/// Numbers at which code turns.
const TURNING: [u16; 12] = [
    0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x1000,
];
/// The longest input that is made, in bytes.
const LEN_MAX: usize = 32 * 1024;

/// An endless row of inputs, always the same for the same seeds.
pub fn mutated(seeds: &[Vec<u8>]) -> impl Iterator<Item = Vec<u8>> {
    let mut rng = StdRng::seed_from_u64(0);
    std::iter::from_fn(move || {
        let mut input = seeds.choose(&mut rng).cloned().unwrap_or_default();
        for _ in 0..rng.random_range(1..8) {
            mutate(&mut input, seeds, &mut rng);
            input.truncate(LEN_MAX);
        }
        Some(input)
    })
}

fn mutate(input: &mut Vec<u8>, seeds: &[Vec<u8>], rng: &mut StdRng) {
    if input.is_empty() {
        input.push(rng.random());
        return;
    }
    let at = rng.random_range(0..input.len());
    let piece = at..(at + rng.random_range(1..20)).min(input.len());
    match rng.random_range(0..8) {
        0 => input[at] ^= 1 << rng.random_range(0..8),
        1 => input[at] = rng.random(),
        2 => {
            let number = TURNING.choose(rng).unwrap_or(&0).to_be_bytes();
            let end = (at + 2).min(input.len());
            input[at..end].copy_from_slice(&number[..end - at]);
        }
        3 => input.truncate(at),
        4 => drop(input.drain(piece)),
        5 => {
            let again = input[piece].to_vec();
            input.splice(at..at, again);
        }
        6 => {
            let new: Vec<u8> = (0..piece.len()).map(|_| rng.random()).collect();
            input.splice(at..at, new);
        }
        _ => {
            let other = seeds.choose(rng).map_or(&[][..], Vec::as_slice);
            let from = rng.random_range(0..=other.len());
            input.splice(at.., other[from..].iter().copied());
        }
    }
}
