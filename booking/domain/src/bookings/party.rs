//! Who may come together.

use ids::PersonId;
use jiff::{ToSpan, civil::Date, tz::TimeZone};

use crate::{FacilityRules, Ground, bookings::barred_until_ms, local_date};

/// The largest party (Prison Act 監獄行刑法 §69). Accompanied children under 12 do not count, and have no seat.
pub const MAX_PARTY: usize = 3;
/// From this age on one is an adult (Civil Code 民法 §12).
const ADULT_YEARS: i16 = 18;

/// Somebody who is to come, the applicant first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartyCandidate {
    /// Who.
    pub person: PersonId,
    /// The date of birth. Whose is not known is taken for a minor.
    pub born: Option<Date>,
}

/// What is known about a candidate and the inmate at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberFacts {
    /// The candidate.
    pub candidate: PartyCandidate,
    /// Has an approved application for the inmate's mobile visits.
    pub approved: bool,
    /// On which ground that application lets the candidate visit.
    pub ground: Ground,
    /// Is the applicant, or the two have agreed to visit the inmate together.
    pub agreed: bool,
    /// A restriction covers the time of the visit.
    pub restricted: bool,
    /// When the visits began that the candidate missed, Unix milliseconds.
    pub missed_at_ms: Vec<u64>,
}

/// Why a slot is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
pub enum BookRefusal {
    /// Every terminal is taken.
    #[error("the slot is full")]
    SlotFull,
    /// The inmate's month has no visit left.
    #[error("the month has no visit left")]
    QuotaUsed,
    /// The inmate or a visitor has another visit at that time.
    #[error("the inmate or a visitor has another visit at that time")]
    AlreadyBusy,
    /// A member of the party is not approved for the inmate, or has not agreed.
    #[error("a member of the party is not approved or has not agreed")]
    NotApproved,
    /// A restriction, or visits that were missed, stand against it.
    #[error("a restriction stands against it")]
    Restricted,
    /// The slot does not exist, is closed, or is not open for booking.
    #[error("the slot is not open for booking")]
    NotBookable,
    /// There is a minor and no adult in the party.
    #[error("a minor comes with an adult")]
    MinorWithoutAdult,
    /// The party is empty or too large, or names somebody twice.
    #[error("one to three different people come")]
    PartySize,
    /// The inmate is not at the facility any more.
    #[error("the inmate was transferred or released")]
    InmateGone,
}

impl MemberFacts {
    /// The same as they count where staff let a visit take place: nobody needs to have agreed beforehand, and visits
    /// that were missed do not bar, for they may be a reason to refuse and need not (通訊設備接見辦法 §15).
    #[must_use]
    pub fn as_staff_see_it(self) -> Self {
        Self {
            agreed: true,
            missed_at_ms: Vec::new(),
            ..self
        }
    }
}

/// On which ground a party visits. Lawyers and defenders visit without a limit (Prison Act 監獄行刑法 §72, 羈押法 §65);
/// with anybody else in the party, the visit counts as that person's would.
#[must_use]
pub fn ground_of(party: &[MemberFacts]) -> Ground {
    let is_ordinary = |facts: &MemberFacts| facts.ground.counts();
    if party.iter().any(is_ordinary) {
        return Ground::Ordinary;
    }
    party
        .first()
        .map_or(Ground::Ordinary, |applicant| applicant.ground)
}

/// Whether somebody is an adult on a date.
#[must_use]
pub fn is_adult(born: Option<Date>, on: Date) -> bool {
    born.is_some_and(|born| born.saturating_add(ADULT_YEARS.years()) <= on)
}

/// Whether these people may come together to a visit that begins at a moment, Unix milliseconds.
///
/// Of several obstacles the first is told: [`BookRefusal::PartySize`], then [`BookRefusal::NotApproved`], then
/// [`BookRefusal::Restricted`], and last [`BookRefusal::MinorWithoutAdult`].
pub fn check_party(
    party: &[MemberFacts],
    starts_at_ms: u64,
    rules: &FacilityRules,
    time_zone: &TimeZone,
) -> Result<(), BookRefusal> {
    let mut people: Vec<PersonId> = party.iter().map(|facts| facts.candidate.person).collect();
    people.sort_unstable();
    people.dedup();
    if people.len() != party.len() || !(1..=MAX_PARTY).contains(&party.len()) {
        return Err(BookRefusal::PartySize);
    }
    if !party.iter().all(|facts| facts.approved && facts.agreed) {
        return Err(BookRefusal::NotApproved);
    }
    let barred = |facts: &MemberFacts| {
        barred_until_ms(&facts.missed_at_ms, rules, time_zone)
            .is_some_and(|until_ms| starts_at_ms < until_ms)
    };
    if party.iter().any(|facts| facts.restricted || barred(facts)) {
        return Err(BookRefusal::Restricted);
    }
    let on = local_date(starts_at_ms, time_zone);
    if !party.iter().any(|facts| is_adult(facts.candidate.born, on)) {
        return Err(BookRefusal::MinorWithoutAdult);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::{bool::weighted, option, prelude::*, sample::select};
    use uuid::Uuid;

    use super::*;

    /// 2026-11-27T01:00Z, 09:00 in Taipei.
    const STARTS_AT_MS: u64 = 1_795_741_200_000;

    fn member(number: u128, born: Option<Date>) -> MemberFacts {
        MemberFacts {
            candidate: PartyCandidate {
                person: PersonId::from_uuid(Uuid::from_u128(number)),
                born,
            },
            approved: true,
            ground: Ground::Ordinary,
            agreed: true,
            restricted: false,
            missed_at_ms: Vec::new(),
        }
    }

    #[test]
    fn a_visit_is_a_lawyers_only_where_all_who_come_are() {
        let of = |grounds: &[Ground]| {
            let party: Vec<_> = (1..)
                .zip(grounds)
                .map(|(number, ground)| MemberFacts {
                    ground: *ground,
                    ..member(number, None)
                })
                .collect();
            ground_of(&party)
        };
        let (lawyer, ordinary) = (Ground::Lawyer, Ground::Ordinary);
        assert_eq!(of(&[lawyer]), lawyer);
        assert_eq!(of(&[lawyer, lawyer]), lawyer);
        assert_eq!(of(&[lawyer, ordinary]), ordinary);
        assert_eq!(of(&[ordinary, lawyer]), ordinary);
        assert_eq!(of(&[]), ordinary);
    }

    fn check(party: &[MemberFacts]) -> Result<(), BookRefusal> {
        let taipei = TimeZone::get("Asia/Taipei").unwrap();
        check_party(party, STARTS_AT_MS, &FacilityRules::default(), &taipei)
    }

    #[test]
    fn one_is_an_adult_from_the_eighteenth_birthday_on() {
        let born = Some(date(2008, 11, 27));
        assert!(is_adult(born, date(2026, 11, 27)));
        assert!(!is_adult(born, date(2026, 11, 26)));
        assert!(!is_adult(None, date(2026, 11, 26)));
        let leap = Some(date(2008, 2, 29));
        assert!(is_adult(leap, date(2026, 2, 28)));
    }

    #[test]
    fn a_minor_comes_with_an_adult() {
        let (minor, adult) = (Some(date(2012, 1, 1)), Some(date(1960, 1, 1)));
        assert_eq!(
            check(&[member(1, minor)]),
            Err(BookRefusal::MinorWithoutAdult)
        );
        assert_eq!(check(&[member(1, minor), member(2, adult)]), Ok(()));
    }

    #[test]
    fn each_obstacle_of_one_member_is_an_obstacle_for_all() {
        let adult = Some(date(1960, 1, 1));
        let with = |change: fn(&mut MemberFacts)| {
            let mut party = [member(1, adult), member(2, adult)];
            change(&mut party[1]);
            check(&party).unwrap_err()
        };
        assert_eq!(
            with(|facts| facts.approved = false),
            BookRefusal::NotApproved
        );
        assert_eq!(with(|facts| facts.agreed = false), BookRefusal::NotApproved);
        assert_eq!(
            with(|facts| facts.restricted = true),
            BookRefusal::Restricted
        );
        let day_ms = 86_400_000;
        assert_eq!(
            with(|facts| facts.missed_at_ms = vec![STARTS_AT_MS - 9 * 86_400_000; 3]),
            BookRefusal::Restricted
        );
        let long_ago = vec![STARTS_AT_MS - 100 * day_ms; 3];
        let mut party = [member(1, adult)];
        party[0].missed_at_ms = long_ago;
        assert_eq!(check(&party), Ok(()));
    }

    /// Members in every state: with an application or none that is approved, of any age, restricted or not, who have
    /// agreed or not, who missed nothing, too little, enough or too long ago; and some of them twice.
    fn members() -> impl Strategy<Value = MemberFacts> {
        const DAY_MS: u64 = 86_400_000;
        let missed = |visits, days| vec![STARTS_AT_MS - days * DAY_MS; visits];
        let missed = select(vec![
            missed(0, 0),
            missed(2, 9),
            missed(3, 9),
            missed(3, 100),
        ]);
        let mostly = || weighted(0.8);
        let who = (0_u128..6, option::weighted(0.9, 1990_i16..2026), 1_i8..29);
        let ground = select(vec![Ground::Ordinary, Ground::Lawyer]);
        (who, mostly(), mostly(), mostly(), ground, missed).prop_map(
            |((number, year, day), approved, agreed, free, ground, missed_at_ms)| MemberFacts {
                approved,
                agreed,
                restricted: !free,
                ground,
                missed_at_ms,
                ..member(number, year.map(|year| date(year, 11, day)))
            },
        )
    }

    proptest! {
        #[test]
        fn a_party_passes_where_every_member_meets_the_rule_and_else_hears_the_first_obstacle(
            party in proptest::collection::vec(members(), 0..5),
        ) {
            let is_recent = |missed_at_ms: &u64| *missed_at_ms > STARTS_AT_MS - 10 * 86_400_000;
            let twice = (1..party.len()).any(|at| {
                party[..at].iter().any(|other| other.candidate.person == party[at].candidate.person)
            });
            let obstacles = [
                (party.is_empty() || party.len() > 3 || twice, BookRefusal::PartySize),
                (party.iter().any(|it| !it.approved), BookRefusal::NotApproved),
                (party.iter().any(|it| !it.agreed), BookRefusal::NotApproved),
                (party.iter().any(|it| it.restricted), BookRefusal::Restricted),
                (
                    party.iter().any(|it| it.missed_at_ms.iter().filter(|at| is_recent(at)).count() >= 3),
                    BookRefusal::Restricted,
                ),
                (
                    party.iter().all(|it| it.candidate.born.is_none_or(|born| born > date(2008, 11, 27))),
                    BookRefusal::MinorWithoutAdult,
                ),
            ];
            let first = obstacles.into_iter().find_map(|(stands, refusal)| stands.then_some(refusal));
            prop_assert_eq!(check(&party), first.map_or(Ok(()), Err));
        }
    }
}
