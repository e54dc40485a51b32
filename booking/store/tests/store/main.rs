//! What a store promises, on both engines.
//!
//! Every contract runs on a SQLite file of its own, as a test of its own, and on a database of its own in
//! one PostgreSQL server, one after the other in one test, as starting a server takes longer than all
//! contracts together.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

mod contracts;
mod done_again;
mod halfway;
mod model;
mod plans;
mod races;
mod rush;
mod support;

macro_rules! contracts {
    ($($module:ident: $($contract:ident),+;)+) => {
        mod on_sqlite {
            use super::{contracts, support};

            $($(
                #[tokio::test]
                async fn $contract() {
                    let (store, database, _folder) = support::sqlite().await;
                    let world = support::world::World::new(store, database).await;
                    contracts::$module::$contract(world).await;
                }
            )+)+

            /// Every contract of a subject, one after the other.
            pub(crate) async fn all_of(subject: &str) {
                $(
                    if subject == stringify!($module) {
                        $(
                            let (store, database, _folder) = support::sqlite().await;
                            let world = support::world::World::new(store, database).await;
                            Box::pin(contracts::$module::$contract(world)).await;
                        )+
                    }
                )+
            }
        }

        /// Each contract is made in a function of its own: together they need more of a stack than a test has.
        mod on_postgresql {
            use std::pin::Pin;

            use postgres_server::PostgresServer;

            use super::{contracts, support};

            $($(
                pub(super) fn $contract(
                    server: &PostgresServer,
                ) -> Pin<Box<dyn Future<Output = ()> + '_>> {
                    Box::pin(async move {
                        let name = stringify!($contract);
                        println!("{name}");
                        let (store, database) = support::postgres(server, name).await;
                        let world = support::world::World::new(store.clone(), database.clone());
                        contracts::$module::$contract(world.await).await;
                        store.close().await;
                        database.close().await;
                    })
                }
            )+)+
        }

        #[tokio::test]
        async fn every_contract_holds_on_postgresql() {
            let server = support::postgres_server();
            $($(on_postgresql::$contract(&server).await;)+)+
        }
    };
}

contracts! {
    accounts:
        a_letters_token_proves_the_address_once_and_in_time,
        who_never_proved_an_address_gives_way_to_who_registers_with_it,
        who_owns_an_address_or_a_national_id_is_told_and_nothing_is_added,
        of_many_who_register_with_one_national_id_at_once_one_is_left,
        letters_are_rationed_and_the_newest_alone_counts;
    sessions:
        a_session_ends_when_it_is_not_used_when_it_is_old_and_when_it_is_ended,
        a_password_is_reset_once_and_all_sessions_end,
        a_visitors_changed_password_ends_the_other_sessions;
    profiles:
        how_a_person_is_reached_changes_field_by_field,
        who_has_another_number_is_told_at_the_one_before_and_by_e_mail,
        who_has_another_number_may_ask_for_a_link_there_at_once,
        an_address_that_staff_put_right_is_told_at_both_and_ends_what_went_to_the_old_one,
        an_address_gives_way_only_where_nobody_proved_it,
        a_person_is_told_all_that_is_kept,
        a_person_is_told_what_stands_against_visits_and_what_was_written_to_them;
    identities:
        what_is_put_right_is_changed_told_and_noted_and_nothing_else,
        a_national_id_has_one_account_whoever_puts_it_right,
        a_visit_in_which_no_adult_is_left_by_it_needs_a_look,
        the_bars_of_a_closed_account_come_with_its_national_id,
        a_bar_comes_once_and_stays_lifted_however_often_a_national_id_is_corrected,
        a_bar_that_came_with_a_wrong_national_id_goes_with_it,
        a_facility_reads_in_its_trail_by_what_a_bar_came_and_went,
        a_bar_that_begins_later_begins_no_sooner_with_another_account,
        beside_an_application_that_is_over_nobody_is_put_right,
        each_facility_with_an_application_under_way_reads_it_in_its_trail;
    closings:
        an_account_is_closed_once_no_visit_is_booked,
        who_closes_an_account_and_comes_back_is_barred_as_before,
        what_was_missed_with_a_closed_account_bars_the_next_one,
        applications_end_with_an_account_as_if_each_were_withdrawn,
        what_has_had_its_time_is_removed;
    applications:
        an_inmate_is_found_by_number_and_name_together,
        of_applications_for_one_inmate_one_is_under_way,
        nobody_applies_for_an_inmate_who_has_left,
        an_applicant_sees_the_own_applications_page_by_page,
        an_application_is_handed_in_when_nothing_is_missing,
        an_application_that_needs_more_goes_back_to_its_reviewer,
        an_application_changes_only_while_it_is_open,
        only_a_draft_is_thrown_away_with_its_documents,
        what_was_handed_in_is_withdrawn_and_another_may_follow,
        who_is_approved_for_an_inmate_is_known,
        nobody_begins_more_applications_than_one_can_overlook;
    documents:
        documents_stay_within_the_room_of_their_application,
        an_application_has_so_many_documents_and_no_more,
        a_document_is_its_applicants_own_and_a_look_of_staff_is_noted,
        a_removed_document_has_no_key_any_more,
        a_draft_that_nobody_touches_is_discarded,
        a_photo_goes_within_thirty_days_and_the_rest_after_ninety,
        a_closed_accounts_documents_go_too;
    reviews:
        reviewers_see_what_was_handed_in_at_their_facility,
        an_application_is_found_by_its_people_and_by_its_number,
        visitors_are_found_by_name_and_by_the_inmate_they_are_approved_for,
        of_those_who_wait_the_first_come_first,
        a_look_at_an_applicant_is_noted,
        each_decision_is_told_with_its_reason,
        of_two_reviewers_who_decide_at_once_one_does,
        nobody_is_approved_for_an_inmate_who_has_left,
        nobody_decides_what_was_withdrawn_meanwhile,
        an_approval_that_ends_flags_the_visits_of_the_two_and_tells_their_party;
    companions:
        companions_are_ready_once_both_agreed_and_both_are_approved,
        an_invitation_waits_at_an_address_that_nobody_has_yet,
        nobody_is_pestered_with_invitations,
        one_invites_only_by_an_application_of_ones_own,
        an_address_that_staff_put_right_keeps_companions_and_invitations;
    restrictions:
        a_restriction_flags_what_it_touches_and_is_lifted_once,
        a_hold_that_a_restriction_touches_is_taken_back,
        a_restriction_stands_against_a_visit_under_way_once_it_is_in_force,
        a_facility_restricts_only_whom_it_knows;
    suspensions:
        a_suspension_signs_out_and_flags_the_visits_ahead_at_every_facility,
        a_suspension_takes_holds_back_and_leaves_what_has_ended,
        a_visit_under_way_is_flagged_and_its_links_hold_again_once_it_is_cleared,
        who_is_let_in_again_signs_in_and_flagged_visits_stay_so,
        only_who_may_sign_in_is_suspended,
        accounts_are_found_by_name_and_address_and_the_suspended_without_asking;
    looks:
        each_applicant_learns_their_own_standing,
        an_applicant_learns_what_stands_against_each_slot,
        a_key_is_used_by_whom_it_got_a_visit;
    links:
        the_first_device_gets_the_seat_and_may_ask_again,
        each_obstacle_to_a_redemption_has_its_own_answer,
        nobody_joins_whose_approval_has_ended_whatever_ended_it,
        looking_at_a_link_spends_nothing,
        a_newer_link_voids_the_older_one_and_its_device,
        a_visitor_may_not_ask_again_too_soon_but_an_officer_may_always_send,
        no_link_is_issued_for_a_seat_or_a_visit_that_nobody_can_join,
        a_token_that_exists_is_refused_and_leaves_the_seat_as_it_was,
        a_message_is_queued_with_its_link_and_never_without,
        a_message_with_a_void_link_is_not_sent_any_more,
        nobody_is_sent_another_link_before_the_first,
        a_seat_gets_its_first_link_once,
        the_slot_of_a_seat_is_that_of_its_visit;
    messages:
        a_message_is_claimed_by_one_and_again_when_the_lease_is_over,
        of_many_who_claim_at_once_each_message_goes_to_one,
        the_first_text_is_kept_and_goes_out_again,
        a_late_failure_does_not_undo_a_later_attempt,
        a_receipt_settles_a_message_for_good,
        a_link_is_given_up_and_wiped_when_its_visit_is_over,
        the_text_of_a_message_is_kept_for_ninety_days_and_the_fact_of_it_longer,
        a_failed_message_is_sent_again_to_the_address_of_then,
        staff_list_messages_by_facility_and_state;
    jobs:
        a_job_is_one_process_s_until_its_lease_is_over,
        each_seat_of_an_open_visit_lacks_a_link_until_it_has_had_one,
        phones_are_to_be_tried_a_day_before_and_once,
        a_visit_of_the_next_day_is_flagged_where_an_approval_ended_without_a_word,
        the_traces_of_a_visit_tell_who_was_there,
        a_visit_that_failed_is_given_back_to_the_month_once,
        who_got_no_link_has_missed_nothing,
        an_outcome_is_corrected_once_it_is_settled,
        the_outcome_of_a_visit_that_an_officer_ended_is_corrected_too,
        a_missed_visit_counts_and_its_party_is_told;
    visit_time:
        lost_time_moves_the_end_once_for_each_minute,
        a_moved_end_leaves_who_comes_next_alone_and_keeps_them_out,
        what_cannot_be_joined_any_more_keeps_its_end,
        half_a_visit_without_the_inmate_is_short,
        what_is_noted_in_a_row_counts_like_one_after_the_other;
    visits:
        a_terminal_is_known_by_its_secret_and_sees_its_own_visits,
        a_terminals_newest_test_is_kept_until_another_device_is_paired,
        of_what_is_noted_together_all_is_taken_or_nothing,
        steps_move_a_visit_and_stand_in_the_audit_trail,
        an_officer_sees_the_visits_of_the_own_facility,
        the_newest_test_of_a_phone_stands_with_the_visits_ahead,
        an_officer_ends_an_open_visit_once_with_a_reason,
        a_visit_that_is_ended_is_spent_only_by_its_visitors_and_its_party_is_told,
        an_audit_event_is_neither_changed_nor_removed;
    staff:
        a_session_tells_who_and_which_duties_until_it_expires,
        a_session_that_nobody_uses_is_over_after_half_an_hour,
        a_session_that_is_ended_or_of_somebody_suspended_lets_nobody_in,
        facilities_are_found_by_id_and_by_name;
    members:
        a_member_sets_up_a_second_factor_once_and_a_code_counts_once,
        after_five_codes_the_next_is_looked_at_in_a_quarter_of_an_hour,
        a_changed_password_ends_the_other_sessions,
        a_login_is_taken_once_and_members_are_listed_by_facility,
        a_change_takes_place_on_what_was_seen_and_leaves_an_administrator,
        of_two_administrators_who_close_each_other_one_remains,
        a_reset_takes_away_the_second_factor_and_the_sessions;
    inmates:
        an_inmate_is_found_by_the_number_or_a_part_of_the_name,
        a_list_is_brought_in_whole_and_a_dry_run_does_nothing,
        who_leaves_ends_applications_and_flags_visits_and_everybody_is_told,
        where_the_number_is_taken_there_nobody_leaves,
        a_hold_of_who_leaves_is_released_and_given_back_to_the_month,
        what_stands_against_visits_and_what_is_used_goes_along_with_a_transfer;
    sealed:
        sealed_values_are_read_page_by_page_and_replaced_unless_they_have_changed;
    processes:
        who_serves_is_known_until_it_ends_or_is_long_gone,
        keys_are_known_again_by_their_codes,
        a_store_is_used_as_it_is_once_it_is_up_to_date;
    audit:
        events_are_listed_the_newest_first_by_what_they_are_about,
        a_closure_of_all_facilities_stands_in_the_trail_of_each,
        of_whom_events_tell_are_told_by_name_until_they_are_forgotten,
        each_event_is_sealed_once_and_seals_are_neither_changed_nor_removed,
        an_event_put_far_behind_the_sealed_ones_is_noticed;
    booking:
        nobody_is_in_two_visits_at_once,
        visits_may_follow_each_other_to_the_millisecond,
        a_settled_visit_sets_its_people_free,
        a_visit_brought_back_to_life_engages_its_people_again,
        of_many_bookings_at_once_one_takes_place,
        a_visit_stays_within_one_facility_and_seats_one_to_three,
        an_inmate_number_is_unique_in_its_facility;
    bookings:
        a_slot_is_held_then_confirmed_and_everybody_is_told,
        a_hold_that_runs_out_frees_its_slot_and_its_month,
        the_same_key_gets_the_same_visit_and_no_other,
        each_obstacle_to_a_booking_has_its_own_answer,
        restrictions_and_missed_visits_stand_against_a_booking,
        a_month_has_two_visits_and_lawyers_do_not_count,
        a_visit_that_is_called_off_is_given_back_as_the_rules_say,
        staff_call_off_a_visit_in_which_a_visitor_waits_until_it_begins,
        a_slot_has_as_many_visits_as_terminals,
        a_terminal_taken_by_others_is_passed_over;
    parties:
        who_gives_up_a_flagged_visit_gives_it_back_however_late,
        a_flagged_visit_is_cleared_only_for_a_party_that_may_come,
        what_staff_weighed_does_not_stand_against_clearing,
        a_minor_whose_adult_left_meanwhile_does_not_confirm_alone,
        staff_take_one_of_several_out_and_each_is_told_what_is_theirs,
        who_takes_over_is_the_applicant_and_without_an_adult_the_visit_is_flagged,
        who_took_over_has_room_for_two_others,
        the_applicant_changes_the_party_of_a_flagged_visit,
        who_comes_first_to_an_exception_may_call_it_off,
        a_lawyer_carries_nobody_past_the_month,
        a_visit_that_is_cleared_in_its_time_goes_on_and_its_party_reads_so_at_once;
    together:
        a_crowd_is_answered_in_its_order,
        whom_the_database_refuses_fails_alone,
        one_key_gives_one_visit_at_all_facilities;
    deeds:
        what_was_done_to_a_visit_is_told_with_whoever_did_it,
        who_closed_suspended_or_restricted_and_who_took_it_back_is_told;
    lists:
        closures_are_listed_page_by_page_with_those_that_were_lifted,
        a_long_list_of_people_goes_on_where_it_ended,
        visits_that_begin_at_the_same_time_are_all_listed;
    schedule:
        a_schedule_is_read_as_it_was_written,
        the_trail_tells_the_whole_of_a_grid,
        a_closure_flags_what_is_confirmed_takes_back_holds_and_tells_everybody,
        a_closure_flags_what_is_under_way_and_leaves_what_has_ended,
        a_closure_of_all_facilities_goes_by_the_clock_of_each,
        a_flagged_visit_whose_time_has_passed_is_called_off_and_given_back,
        the_party_changes_until_the_visit_opens,
        whoever_leaves_frees_the_seat_and_a_minor_is_not_left_alone,
        staff_move_a_visit_and_keep_a_terminal_in_use_in_service,
        the_visits_ahead_of_a_terminal_are_those_that_have_yet_to_end;
    forgetting:
        the_people_of_a_visit_are_forgotten_once_it_is_long_past,
        a_missed_visit_is_remembered_while_it_may_bar_its_people,
        who_left_long_ago_is_forgotten_once_nothing_needs_them,
        what_a_complaint_needs_stays_whichever_time_has_come;
    exceptions:
        an_exception_is_outside_grid_and_quota_but_within_the_rules,
        a_hold_that_has_run_out_is_in_no_exceptions_way,
        an_exception_is_on_a_day_that_its_event_allows;
}
