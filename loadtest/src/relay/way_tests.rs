use proptest::{collection::vec, prelude::*};

use super::*;
use crate::relay::impairment::Blackout;

const SECOND: Duration = Duration::from_secs(1);

/// What came out: when, counted from the beginning, which datagram, and its payload bytes.
type Arrival = (Duration, usize, usize);

/// Sends `(gap to the one before, bytes)` one after the other; returns what came out.
fn carry(impairment: Impairment, seed: u64, sends: &[(Duration, usize)]) -> Vec<Arrival> {
    let start = Instant::now();
    let mut way = Way::new(impairment, seed, start);
    let mut now = start;
    let mut arrivals = Vec::new();
    for (number, (gap, bytes)) in sends.iter().enumerate() {
        now += *gap;
        collect(&mut way, now, start, &mut arrivals);
        way.send((number, *bytes), *bytes, now);
    }
    collect(&mut way, now + 1_000 * SECOND, start, &mut arrivals);
    arrivals
}

fn collect(
    way: &mut Way<(usize, usize)>,
    until: Instant,
    start: Instant,
    arrivals: &mut Vec<Arrival>,
) {
    while let Some(at) = way.poll_timeout().filter(|at| *at <= until) {
        if let Some((number, bytes)) = way.receive(at) {
            arrivals.push((at - start, number, bytes));
        }
    }
}

fn numbers(arrivals: &[Arrival]) -> Vec<usize> {
    arrivals.iter().map(|(_, number, _)| *number).collect()
}

/// `count` datagrams of 1,000 bytes, a millisecond apart.
fn steady(count: usize) -> Vec<(Duration, usize)> {
    vec![(Duration::from_millis(1), 1_000); count]
}

#[test]
fn a_perfect_network_gives_everything_at_once() {
    let arrivals = carry(Impairment::NONE, 1, &steady(100));
    for (number, arrival) in arrivals.iter().enumerate() {
        let at = Duration::from_millis(number as u64 + 1);
        assert_eq!(*arrival, (at, number, 1_000));
    }
    assert_eq!(arrivals.len(), 100);
}

#[test]
fn a_seed_replays_and_another_one_differs() {
    let rough = "loss=0.3,jitter=20ms,duplicate=0.1,reorder=0.1"
        .parse()
        .unwrap();
    let sends = steady(1_000);
    assert_eq!(carry(rough, 1, &sends), carry(rough, 1, &sends));
    assert_ne!(carry(rough, 1, &sends), carry(rough, 2, &sends));
}

#[test]
fn delay_and_jitter_lie_within_their_bounds() {
    let slow = "delay=50ms,jitter=20ms".parse().unwrap();
    let arrivals = carry(slow, 3, &steady(1_000));
    let ways: Vec<_> = arrivals
        .iter()
        .map(|(at, number, _)| *at - Duration::from_millis(*number as u64 + 1))
        .collect();
    let bounds = Duration::from_millis(50)..=Duration::from_millis(70);
    assert!(ways.iter().all(|way| bounds.contains(way)), "{ways:?}");
    assert!(ways.iter().max() > ways.iter().min(), "nothing jittered");
}

#[test]
fn a_queue_that_is_full_drops_the_newest() {
    // 1,000 bit/ms, and 972 + 28 bytes are 8,000 bit: one takes 8 ms, so 24 ms hold three waiting
    // behind the one that is being sent.
    let narrow = "rate=1mbit,queue=24ms".parse().unwrap();
    let arrivals = carry(narrow, 1, &[(Duration::ZERO, 972); 10]);
    assert_eq!(numbers(&arrivals), [0, 1, 2, 3]);
    let times: Vec<_> = arrivals.iter().map(|(at, ..)| at.as_millis()).collect();
    assert_eq!(times, [8, 16, 24, 32]);
}

#[test]
fn a_line_that_was_idle_does_not_save_up() {
    let narrow = "rate=1mbit".parse().unwrap();
    let late = [(10 * SECOND, 972), (Duration::ZERO, 972)];
    let arrivals = carry(narrow, 1, &late);
    let gap = arrivals[1].0 - arrivals[0].0;
    assert_eq!(gap, Duration::from_millis(8));
}

#[test]
fn those_that_are_held_back_are_overtaken() {
    let unruly = "reorder=0.1".parse().unwrap();
    let arrivals = carry(unruly, 5, &steady(1_000));
    let mut numbers = numbers(&arrivals);
    assert!(!numbers.is_sorted(), "nothing was overtaken");
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(0..1_000), "some were lost");
}

#[test]
fn a_new_impairment_holds_for_what_comes_later() {
    let start = Instant::now();
    let mut way = Way::new("delay=100ms".parse().unwrap(), 1, start);
    way.send("slow", 4, start);
    way.set_impairment("loss=1".parse().unwrap(), start);
    way.send("lost", 4, start);
    way.set_impairment(Impairment::NONE, start);
    way.send("behind the slow one", 19, start);
    assert_eq!(way.receive(start + Duration::from_millis(99)), None);
    let later = start + Duration::from_millis(100);
    assert_eq!(way.receive(later), Some("slow"));
    assert_eq!(way.receive(later), Some("behind the slow one"));
    assert_eq!(way.receive(later), None);
}

#[test]
fn a_way_holds_a_bounded_number() {
    let endless = "delay=60s".parse().unwrap();
    let arrivals = carry(endless, 1, &vec![(Duration::ZERO, 10); MOST_ON_THE_WAY + 1]);
    assert_eq!(arrivals.len(), MOST_ON_THE_WAY);
}

fn sends() -> impl Strategy<Value = Vec<(Duration, usize)>> {
    let gap = (0..20_000_u64).prop_map(Duration::from_micros);
    vec((gap, 0..1_500_usize), 1..600)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Six standard deviations of a binomial distribution: one of 500 million seeds fails.
    #[test]
    fn as_many_are_lost_as_was_said(loss in 0.0..=1.0_f64, seed: u64) {
        let sent = 10_000;
        let impairment = Impairment { loss, ..Impairment::NONE };
        let lost = sent - carry(impairment, seed, &steady(sent)).len();
        let expected = loss * sent as f64;
        let deviation = (expected * (1.0 - loss)).sqrt();
        // Near 0 and 1 the distribution is that of a few rare events: ten more are one in millions.
        prop_assert!((lost as f64 - expected).abs() <= 6.0 * deviation + 10.0, "{lost}");
    }

    #[test]
    fn as_many_come_twice_as_was_said(duplicate in 0.0..=1.0_f64, seed: u64) {
        let sent = 10_000;
        let impairment = Impairment { duplicate, ..Impairment::NONE };
        let twice = carry(impairment, seed, &steady(sent)).len() - sent;
        let expected = duplicate * sent as f64;
        let deviation = (expected * (1.0 - duplicate)).sqrt();
        prop_assert!((twice as f64 - expected).abs() <= 6.0 * deviation + 10.0, "{twice}");
    }

    #[test]
    fn the_order_is_kept_whatever_the_jitter(
        sends in sends(),
        jitter_ms in 0..200_u64,
        rate in proptest::option::of(10_000..2_000_000_u64),
        seed: u64,
    ) {
        let impairment = Impairment {
            loss: 0.1,
            delay: Duration::from_millis(30),
            jitter: Duration::from_millis(jitter_ms),
            rate_bit: rate,
            ..Impairment::NONE
        };
        let arrivals = carry(impairment, seed, &sends);
        prop_assert!(numbers(&arrivals).is_sorted());
        prop_assert!(arrivals.iter().map(|(at, ..)| at).is_sorted());
    }

    /// The datagram that ends a second may have been begun before it: that one is not counted.
    #[test]
    fn no_second_carries_more_than_the_rate(
        sends in sends(),
        rate_bit in 10_000..2_000_000_u64,
        jitter_ms in 0..200_u64,
        duplicate in 0.0..=0.5_f64,
        seed: u64,
    ) {
        let impairment = Impairment {
            rate_bit: Some(rate_bit),
            jitter: Duration::from_millis(jitter_ms),
            duplicate,
            ..Impairment::NONE
        };
        let arrivals = carry(impairment, seed, &sends);
        for (first, (begin, ..)) in arrivals.iter().enumerate() {
            let within = arrivals[first + 1..]
                .iter()
                .take_while(|(at, ..)| *at - *begin <= SECOND);
            let bits: usize = within.map(|(.., bytes)| 8 * (bytes + HEADER_BYTES)).sum();
            prop_assert!(bits as u64 <= rate_bit, "{bits} bit in a second");
        }
    }

    #[test]
    fn nobody_waits_longer_than_the_queue_is_deep(
        sends in sends(),
        rate_bit in 10_000..2_000_000_u64,
        queue_ms in 0..1_000_u64,
    ) {
        let impairment = Impairment {
            rate_bit: Some(rate_bit),
            queue: Duration::from_millis(queue_ms),
            ..Impairment::NONE
        };
        let mut sent_at = Vec::new();
        let mut now = Duration::ZERO;
        for (gap, _) in &sends {
            now += *gap;
            sent_at.push(now);
        }
        for (at, number, bytes) in carry(impairment, 1, &sends) {
            let waited = at - sent_at[number];
            prop_assert!(waited <= impairment.queue + line_time(bytes, rate_bit));
        }
    }

    #[test]
    fn a_blackout_is_silent_and_nothing_is_lost_outside_it(
        sends in sends(),
        after_ms in 0..3_000_u64,
        length_ms in 0..3_000_u64,
        delay_ms in 0..300_u64,
    ) {
        let delay = Duration::from_millis(delay_ms);
        let begins = Duration::from_millis(after_ms);
        let length = Duration::from_millis(length_ms);
        let black = begins..begins + length;
        let blackout = Some(Blackout { length, after: begins });
        let impairment = Impairment { delay, blackout, ..Impairment::NONE };
        let mut expected = Vec::new();
        let mut now = Duration::ZERO;
        for (number, (gap, bytes)) in sends.iter().enumerate() {
            now += *gap;
            if !black.contains(&now) && !black.contains(&(now + delay)) {
                expected.push((now + delay, number, *bytes));
            }
        }
        prop_assert_eq!(carry(impairment, 1, &sends), expected);
    }
}
