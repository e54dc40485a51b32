//! Every target with its seeds and with what is made of them. Under `cargo bolero test`, each is a
//! target of its own, guided by coverage.

use fuzz::{mutated, target_named};

/// Inputs that are made of a target's seeds; `OPENVISIT_FUZZ_INPUTS` names another number.
const MUTATED: usize = 300;
/// Inputs of random bytes, by bolero.
const RANDOM: usize = 200;

macro_rules! targets {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                let target = target_named(stringify!($name));
                let seeds = (target.seeds)();
                for input in seeds.iter().cloned().chain(mutated(&seeds).take(inputs())) {
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
    stun own_check dtls classify srtp rtp rtcp frames offer client_message link grant test_pass test_key field id
    document inmate_list http_answer mitake_answer twilio_answer http_receipt mitake_receipt twilio_receipt
    forwarded language cookies
}

fn inputs() -> usize {
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
