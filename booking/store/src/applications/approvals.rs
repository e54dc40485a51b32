//! Who is approved for an inmate's mobile visits, as statements ask it.
//!
//! What takes an approval away flags the visits that rest on it. Whoever joins is asked for the approval itself once
//! more, so that one that ended in any other way admits nobody either.

/// The condition that a person has an approved application for an inmate's mobile visits, and no account that is
/// suspended or closed. Both are given as columns of the statement around it.
macro_rules! is_approved {
    ($person:literal, $inmate:literal) => {
        concat!(
            "(EXISTS (SELECT 1 FROM application
                      WHERE application.person_id = ",
            $person,
            "
                        AND application.inmate_id = ",
            $inmate,
            "
                        AND application.state = 'approved' AND application.mobile = 1)
              AND NOT EXISTS (SELECT 1 FROM account
                              WHERE account.person_id = ",
            $person,
            "
                                AND account.state <> 'active'))"
        )
    };
}
pub(crate) use is_approved;

/// The state of `visit` as it is for whoever has the seat `member`: one that could be joined needs a look where the
/// approval has ended.
macro_rules! state_for_seat {
    () => {
        concat!(
            "CASE WHEN visit.state IN ('confirmed', 'in_session') AND NOT ",
            $crate::applications::is_approved!("member.person_id", "visit.inmate_id"),
            " THEN 'flagged' ELSE visit.state END"
        )
    };
}
pub(crate) use state_for_seat;
