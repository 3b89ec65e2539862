"""The fault matrix: each row with the tests that show it, by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SHOWN: dict[int, tuple[str, ...]] = {
    1: (
        "test_faults::test_no_prompt_fails_where_three_calls_in_ten_are_told_to_wait",
        "test_providers::test_retry_after_is_read_in_its_three_forms",
        "test_providers::test_retry_after_as_a_date_counts_from_now",
        "test_engine::test_a_wait_is_at_least_what_the_provider_asks_and_never_endless",
        "test_lane::test_calls_of_one_window_halve_the_limit_once",
        "test_engine::test_no_request_fails_for_being_asked_to_wait",
        "test_fault_matrix_lanes::test_a_wait_is_at_least_what_is_asked_in_whatever_form",
        "test_fault_matrix_lanes::test_a_quota_that_is_told_of_is_never_passed",
    ),
    2: (
        "test_faults::test_a_spent_limit_stops_all_new_calls_and_the_run_goes_on_once_it_is_raised",
        "test_faults::test_a_spent_limit_that_comes_with_status_200_stops_the_run_as_well",
        "test_faults::test_no_credit_is_the_end_whatever_its_status",
        "test_providers::test_each_status_means_one_thing",
        "test_fault_matrix_lanes::test_a_spent_limit_is_never_asked_again_and_a_bare_429_is",
    ),
    3: (
        "test_faults::test_a_run_in_which_one_call_in_five_fails_ends_as_if_none_had",
        "test_faults::test_a_thousand_requests_of_which_one_in_five_fails_end_as_if_none_had",
        "test_faults::test_what_a_gateway_lost_stays_open_in_the_ledger_and_what_was_turned_away_does_not",
        "test_faults::test_errors_that_come_with_status_200_take_none_of_the_three_paid_attempts",
        "test_lane::test_failures_in_a_row_open_the_breaker_and_a_success_closes_it",
        "test_lane::test_an_open_breaker_lets_one_probe_through_at_a_time",
        "test_fault_matrix_lanes::test_a_provider_that_breaks_down_is_asked_by_one_probe_at_a_time_and_everything_ends_well",
    ),
    4: (
        "test_faults::test_one_bad_prompt_in_a_hundred_is_set_aside_and_costs_the_others_nothing",
        "test_engine::test_a_request_that_is_not_taken_is_remembered_and_its_neighbours_go_on",
        "test_fault_rows::test_a_request_that_is_not_taken_is_kept_with_what_was_said_of_it_and_without_the_key",
        "test_fault_rows::test_more_requests_that_are_not_taken_than_may_be_stop_the_run_which_can_be_gone_on_with",
        "test_engine::test_more_failures_than_allowed_stop_the_run_and_what_was_paid_is_kept",
    ),
    5: (
        "test_faults::test_a_key_that_opens_nothing_stops_the_run_within_the_calls_in_flight",
        "test_faults::test_an_address_that_redirects_stops_the_run_and_sets_no_prompt_aside",
        "test_secrets::test_a_key_is_not_sent_on_to_where_a_redirect_points",
        "test_fault_matrix_lanes::test_a_refusal_for_good_stops_before_the_second_call",
    ),
    6: (
        "test_faults::test_a_host_that_cannot_be_spoken_to_is_gone_in_the_end_and_named",
        "test_providers::test_a_host_that_is_not_there_is_a_failure_that_may_pass",
        "test_lane::test_a_provider_that_stays_away_is_gone_in_the_end_and_its_host_is_named",
        "test_fault_matrix_lanes::test_a_host_that_is_away_for_a_while_costs_no_prompt",
    ),
    7: (
        "test_faults::test_a_socket_that_hangs_or_trickles_is_given_up_at_the_deadline_and_may_have_been_paid",
        "test_engine::test_an_answer_that_never_comes_is_given_up_after_its_time",
        "test_fault_matrix_lanes::test_a_call_that_hangs_is_cut_off_counts_as_a_loss_and_may_have_been_paid",
    ),
    8: (
        "test_bodies::test_a_whole_answer_is_read_to_the_letter_however_it_is_spelled",
        "test_bodies::test_a_body_that_is_no_answer_is_kept_and_never_guessed_at",
        "test_bodies::test_an_answer_without_end_is_cut_off_and_not_held_in_memory",
        "test_bodies::test_there_are_sixty_bodies_and_more_on_each_wire",
        "test_providers::test_an_answer_that_does_not_say_how_it_ended_is_neither_whole_nor_cut",
        "test_faults::test_only_broken_answers_count_against_the_three_that_are_paid_for",
        "test_engine::test_a_broken_answer_is_paid_for_three_times_at_most_and_kept",
        "test_engine::test_an_answer_that_cannot_be_kept_costs_no_neighbour_its_reply",
        "test_fault_rows::test_a_hundred_megabytes_are_no_answer_and_only_their_beginning_is_kept",
        "test_bodies::test_a_body_that_is_not_packed_as_it_says_is_no_traceback",
    ),
    9: (
        "test_faults::test_an_empty_answer_is_a_fate_and_the_same_question_is_not_asked_again",
        "test_providers::test_refusals_cut_and_empty_answers_are_outcomes_on_both_wires",
        "test_fault_rows::test_an_answer_without_a_word_is_empty_however_it_is_spelled",
    ),
    10: (
        "test_faults::test_a_refusal_in_each_shape_of_the_providers_is_data",
        "test_earned_pair::test_a_refusal_in_words_is_an_ordinary_draft_and_is_marked",
        "test_earned_pair::test_refused_cut_and_empty_answers_are_fates_of_their_own",
        "test_earned_pair::test_a_critic_or_judge_that_refuses_decides_nothing",
    ),
    11: (
        "test_earned_pair::test_refused_cut_and_empty_answers_are_fates_of_their_own",
        "test_providers::test_refusals_cut_and_empty_answers_are_outcomes_on_both_wires",
    ),
    12: (
        "test_faults::test_a_malformed_verdict_is_asked_for_once_more_and_never_guessed",
        "test_faults::test_there_are_forty_malformed_verdicts_and_more",
        "test_earned_pair::test_a_verdict_is_never_guessed",
        "test_earned_pair::test_an_answer_off_its_schema_is_asked_again_once_and_then_a_fault",
    ),
    13: (
        "test_faults::test_an_answer_by_another_family_is_counted_and_where_models_are_pinned_it_is_the_last",
        "test_faults::test_a_name_of_the_same_family_is_no_stranger",
        "test_fault_sentences::test_how_a_run_ended_is_said_in_one_sentence_that_helps",
    ),
    14: (
        "test_faults::test_an_answer_that_comes_too_late_does_not_replace_the_one_that_came_in_time",
        "test_ledger::test_of_two_replies_to_one_request_the_first_stays",
        "test_engine::test_equal_requests_in_flight_are_sent_once",
        "test_ledger::test_the_attempt_that_brought_a_second_reply_is_a_duplicate",
        "test_engine::test_two_callers_who_pay_for_the_same_at_once_share_the_first_reply_and_the_second_is_a_duplicate",
    ),
    16: (
        "test_kill::test_a_run_that_is_killed_while_asking_and_while_writing_ends_as_if_it_had_not_been",
        "test_kill::test_twelve_kills_at_any_moment_leave_no_trace_in_the_data",
        "test_faults::test_a_run_that_breaks_off_at_any_call_goes_on_from_there",
        "test_folder::test_a_kill_at_any_step_leaves_the_old_dataset_or_the_new",
        "test_folder::test_a_first_dataset_that_is_cut_off_at_any_step_is_whole_or_not_there",
        "test_nth_send::test_a_kill_at_any_send_costs_at_most_what_was_in_flight",
        "test_nth_send::test_whatever_happens_to_the_nth_request_the_data_are_the_same",
        "test_nth_send::test_a_send_that_fails_at_any_time_is_sent_again_and_changes_nothing",
        "test_nth_operation::test_a_kill_at_any_step_costs_no_reply_that_counts_and_no_byte",
        "test_nth_operation::test_a_kill_in_the_middle_of_a_write_leaves_nothing_torn_that_counts",
        "test_nth_operation::test_a_kill_while_a_killed_run_is_gone_on_with_changes_nothing",
        "test_nth_operation::test_a_kill_while_a_dataset_is_replaced_leaves_the_old_one_or_the_new",
        "test_fault_rows::test_a_folder_in_which_a_run_was_killed_before_it_had_claimed_it_is_free",
        "test_recorder::test_a_power_cut_at_any_call_leaves_its_intent_and_every_reply_that_counted",
    ),
    17: (
        "test_faults::test_a_disk_that_fills_up_stops_the_run_with_a_sentence_and_nothing_is_torn",
        "test_engine::test_a_nearly_full_disk_stops_the_run_before_the_call_goes_out",
        "test_folder::test_a_disk_that_fails_at_any_step_leaves_the_old_dataset_or_the_new",
        "test_folder::test_a_disk_that_refuses_is_known_before_anything_is_asked",
        "test_ledger::test_a_place_that_cannot_be_written_stops_before_anything_is_paid",
        "test_ledger::test_a_ledger_that_another_program_has_locked_is_named_after_a_while",
        "test_engine::test_a_ledger_that_is_locked_stops_the_run_before_it_pays",
        "test_engine::test_replies_that_a_locked_ledger_does_not_take_are_counted_and_paid_for_again",
        "test_nth_operation::test_an_fsync_that_fails_at_any_time_costs_no_reply_that_counts_and_no_byte",
        "test_nth_operation::test_a_renaming_that_fails_at_any_time_leaves_no_half_of_a_folder",
        "test_nth_operation::test_a_disk_that_fills_up_in_the_middle_of_any_write_stops_the_run_with_a_sentence",
        "test_nth_operation::test_a_write_that_does_half_of_its_work_is_gone_on_with",
        "test_nth_operation::test_a_write_that_fails_once_is_told_and_made_up_for",
        "test_nth_operation::test_a_file_or_folder_that_cannot_be_made_removed_or_cut_is_told_and_made_up_for",
        "test_full_disks::test_a_disk_without_room_or_that_is_read_only_stops_the_run_before_it_pays",
        "test_full_disks::test_a_disk_that_fills_up_while_a_run_asks_stops_it_and_every_reply_that_was_paid_for_is_kept",
        "test_full_disks::test_a_ledger_that_may_not_grow_beyond_any_size_has_what_it_said_it_kept_and_goes_on",
    ),
    18: (
        "test_ledger::test_a_second_writer_is_refused_with_the_process_of_the_first",
        "test_ledger::test_the_lock_dies_with_its_process",
        "test_full_disks::test_a_second_run_on_one_ledger_is_refused_with_the_process_of_the_first_and_asks_nothing",
    ),
    19: (
        "test_fault_rows::test_a_run_keeps_to_the_inputs_that_it_began_with_however_they_are_edited_meanwhile",
        "test_fault_rows::test_an_unfinished_run_with_edited_inputs_is_refused_with_the_difference_until_that_is_accepted",
        "test_folder::test_an_unfinished_run_with_other_inputs_is_refused_and_says_which",
    ),
    20: (
        "test_fault_matrix_lanes::test_a_wall_clock_that_jumps_changes_no_wait",
        "test_fault_matrix_lanes::test_times_in_the_ledger_are_in_utc",
        "test_fault_matrix_lanes::test_nothing_in_the_engine_waits_by_the_wall_clock",
    ),
    21: (
        "test_interrupts::test_the_first_signal_lets_calls_in_flight_end",
        "test_interrupts::test_the_second_signal_stops_now_and_says_what_may_be_lost",
        "test_interrupts::test_what_was_stopped_goes_on_and_asks_nothing_twice",
        "test_cli::test_the_module_can_be_run_and_a_closed_pipe_is_no_error",
        "test_interrupts::test_a_signal_at_any_step_is_one_sentence_and_is_never_lost",
        "test_interrupts::test_two_signals_while_the_program_is_loaded_end_it_at_once",
        "test_interrupts::test_a_closed_or_full_output_is_no_traceback_and_the_dataset_is_there",
        "test_fault_sentences::test_how_a_run_ended_is_said_in_one_sentence_that_helps",
    ),
    22: (
        "test_money::test_a_price_that_nobody_knows_is_unknown_and_never_nothing",
        "test_money::test_a_cap_on_money_without_a_price_is_refused_before_anything_is_asked",
        "test_money::test_a_reply_whose_tokens_nobody_counted_makes_the_cost_unknown",
        "test_money::test_the_table_knows_the_models_of_our_providers_and_says_its_date",
    ),
    23: (
        "test_faults::test_text_of_any_signs_goes_through_both_wires_and_the_dataset_to_the_letter",
        "test_faults::test_a_prompt_that_no_wire_can_carry_is_refused_with_its_place",
        "test_sources::test_a_prompt_comes_back_to_the_letter",
        "test_more_sources::test_nul_is_refused_in_every_format",
        "test_fault_rows::test_answers_of_any_signs_go_through_both_wires_and_the_dataset_to_the_letter",
        "test_dataset::test_any_text_comes_back_from_the_files_as_it_went_in",
        "test_packing::test_a_lone_surrogate_is_refused_and_nothing_is_kept",
    ),
}
"""Row of FAULTS.md, section 3, to ``module::function`` of each test that shows it; row 15 is of batches."""


@pytest.mark.parametrize("row", SHOWN)
def test_every_row_of_the_matrix_is_shown_by_tests_that_there_are(row: int) -> None:
    assert SHOWN[row]
    assert [name for name in SHOWN[row] if not _is_there(name)] == []


def _is_there(name: str) -> bool:
    module, _, function = name.partition("::")
    file = Path(__file__).with_name(f"{module}.py")
    return file.is_file() and re.search(rf"^(async )?def {function}\(", file.read_text("utf-8"), re.M) is not None


def test_no_row_of_the_matrix_is_left_out() -> None:
    assert sorted({*SHOWN, 15}) == list(range(1, 24))
