//! Every target with what it begins with and with what is made of that. Each is a target of its own for a long
//! run guided by coverage, by hand (see `CONTRIBUTING.md`).

use std::fs;

use fuzz::{found, mutated, target_named};

/// Inputs that are made of those with which a target begins; `OPENVISIT_FUZZ_INPUTS` names another number.
const MUTATED: usize = 300;
/// Inputs of random bytes, by bolero.
const RANDOM: usize = 200;
/// Inputs that are kept of a target's long runs, at most.
const FOUND_MAX: usize = 30;
/// A kept input is no longer, bytes.
const FOUND_LEN_MAX: u64 = 4096;

macro_rules! targets {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                let target = target_named(stringify!($name));
                let inputs = target.beginning().unwrap();
                for input in inputs.iter().cloned().chain(mutated(&inputs).take(number())) {
                    run(target.run, &input);
                }
                bolero::check!()
                    .with_iterations(RANDOM)
                    .for_each(|input: &[u8]| (target.run)(input));
            }
        )*

        #[test]
        fn every_target_has_its_test() {
            let tested = [$(stringify!($name)),*];
            let targets: Vec<&str> = fuzz::TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(targets, tested);
        }
    };
}

targets! {
    stun own_check dtls classify goodbye srtp rtp rtcp frames offer client_message link grant test_pass test_key field id
    document inmate_list http_answer mitake_answer twilio_answer http_receipt mitake_receipt twilio_receipt
    forwarded language cookies
}

#[test]
fn what_was_found_is_little_and_small_and_belongs_to_a_target() {
    for folder in fs::read_dir(found::folder()).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        let name = folder.file_name().unwrap();
        assert!(fuzz::TARGETS.iter().any(|target| target.name == name));
        let files: Vec<_> = fs::read_dir(&folder).unwrap().collect();
        assert!(
            files.len() <= FOUND_MAX,
            "{}: {}",
            folder.display(),
            files.len()
        );
        for file in files {
            assert!(file.unwrap().metadata().unwrap().len() <= FOUND_LEN_MAX);
        }
    }
}

fn number() -> usize {
    let named = std::env::var("OPENVISIT_FUZZ_INPUTS").ok();
    named
        .and_then(|number| number.parse().ok())
        .unwrap_or(MUTATED)
}

/// Runs, and says for which input it failed.
fn run(target: fn(&[u8]), input: &[u8]) {
    let outcome = std::panic::catch_unwind(|| target(input));
    assert!(outcome.is_ok(), "failed for {input:?}");
}
