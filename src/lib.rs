//! Answers medical coding questions by email, checked against the official tables for the date of service.
//!
//! This page is the architecture of the program: the journey, the layers, the invariants. `tests/tidy.rs` reads it
//! and fails where the code says otherwise.
//!
//! # The journey of one email
//!
//! ```text
//!  mailbox (IMAP, Maildir)
//!     |
//!  receive    bytes, digest and case on disk; only then is the mailbox told
//!     |
//!     |  received
//!  admit      is it for us, who is proved to have sent it, is an answer left? -----> ignored
//!     |                                    |                |
//!     |  which case does it belong to?     |                +--> served: a command, with its reply
//!     |                                    |                +--> kept until there are answers
//!     |  admitted: an answer is reserved   |                +--> declined, with a notice
//!  research   files become text, the       |
//!     |       question is read, the        |
//!     |       tables are asked             +--> in_review: nobody is written to
//!     |  researched: Evidence
//!  draft      by plain rules, or by a model that sees de-identified text only
//!     |
//!     |  drafted: Draft, each statement with its sources
//!  verify     every statement is computed again
//!     |
//!     |  verified: Report
//!     +--- nothing blocks ---> Release --> reply: the answer --------+
//!     +--- anything blocks --> in_review, Release of a notice -------+
//!                                 a person decides: decided ---------+
//!                                                                    |
//!                                           outbox --> deliver --> SMTP (or Maildir)
//!                                             |
//!                                             sent, retry_at, held, uncertain, discarded
//! ```
//!
//! A stage hands over by writing a value through the store under a lease; the next stage reads it. Stages do not
//! know each other, so each can run twice, and [`pipeline`] is the only file that knows their order. The command
//! line takes the middle of the journey (research, draft, verify) without mail around it. A case that waits is taken,
//! edited and decided by a person on the pages of [`web`]: they record the decision, and the pipeline makes its mail
//! ([`domain::release::Release::approved`]) when the time for undoing is over.
//!
//! A follow-up is a row of its own that names the case it belongs to: it is leased, answered and sent like any other, under
//! the number of its case. It joins by a token that only we can make ([`identity`], HMAC over the case's number) or by the
//! mails it names, and only where its sender may see the case; what was asked before is joined to it by
//! [`research::follow`]. Commands by mail are values of [`domain::command::Command`]; the pipeline carries them out.
//!
//! # How official files become an edition
//!
//! ```text
//!  files named by the operator, and those on the shelf already (sources/, by digest)
//!     |
//!  walk       folders, archives in archives, compressed files; each within limits
//!     |
//!  recognise  the first format that knows the file by its content; other files are named and passed over
//!     |
//!  read       one small reader a format: rows, each with its release, its days and whose words they are
//!     |
//!  gate       a known file that is unusable, too many broken rows, terms not accepted ---> nothing is imported
//!     |
//!  merge      parts joined, second forms of one table compared, descriptors without a licence left out
//!     |
//!  derive     ends and beginnings of codes from lists that follow each other; successors; related words
//!     |       then our own texts go under it, and give way where an official release is there
//!  conflicts  where two sources cannot both be right: kept as rows, resolved by nobody
//!     |
//!  index      tables sorted, words indexed, every file with its digest; read again and compared
//!     |
//!  swap       one small file renamed: the new edition is current, two others are kept
//! ```
//!
//! [`corpus::import`] runs it and [`corpus::formats`] holds the readers, which know neither the shelf nor each other.
//! [`corpus::fetch`] brings files into a folder and touches no edition. A service holds a [`corpus::Shelf`]: it looks
//! for a new edition, opens it beside the present one and changes over, and a case ends with the edition that it began
//! with. What an office says of rule cards ([`domain::confirmation`]) is heard by the editions that are open, and changes none
//! of their files. An edition follows from its sources, the program and one setting (`corpus.cpt_license`), and its id from
//! these.
//!
//! # The layers
//!
//! Imports point down only, and never sideways within a layer:
//!
//! ```text
//! 7   main
//! 6   cli
//! 5   app
//! 4   web       pipeline
//! 3   receive   admit     research  draft     verify    review    reply     webhook
//! 2b  checks    attachment
//! 2   store     mail      llm       corpus    clock
//! 1b  identity
//! 1   domain    config    telemetry    point
//! ```
//!
//! * 7 `src/main.rs` parses the command line, runs one command, exits with its code.
//! * 6 [`cli`] has one file for each command.
//! * 5 [`app`] is the only place that builds things; it runs the loops and stops them together.
//! * 4 [`web`] and [`pipeline`] are the drivers: a visitor, and time.
//! * 3 [`receive`], [`admit`], [`research`], [`draft`], [`verify`], [`review`], [`reply`] are the journey; [`webhook`] tells programs of others what happened.
//! * 2b [`checks`] computes facts over the corpus: research asks them, verify asks them again.
//!   [`attachment`] makes text of the files that come with a mail, each in a process of its own.
//! * 2 [`store`] is all SQL; [`mail`] speaks IMAP, SMTP and Maildir, and reads and composes messages; [`llm`] is what
//!   a model may be asked; [`corpus`] makes dated editions of codes, edits and rules from official files, and opens
//!   them; [`clock`] asks what time it is.
//! * 1b [`identity`] takes patient identity out of a text; what reads on is given its types and no `&str`.
//! * 1 [`domain`] is pure values, [`config`] the settings, [`telemetry`] the log, [`mod@point`] where tests end the process.
//!
//! There are three traits, because three things cost money or reach people and are replaced in tests:
//! [`mail::MailSource`], [`mail::MailTransport`] and [`llm::LanguageModel`]. Their stand-ins are variants that a user
//! can run too; a configuration for production refuses them.
//!
//! # The invariants, and what holds each
//!
//! 1. **A message is on disk before the mailbox is told, and one bad message never stops the next.**
//!    [`store::Store::take_in`] returns after its commit, and taking a number in twice opens nothing
//!    (`UNIQUE (mailbox, uid_validity, uid)` in `migrations/0001_cases.sql`).
//!    What no honest mail has is held before a parser sees it (`src/mail/limits.rs`).
//!    Files that come with a mail are read by a process that has no descriptor, no network and little time
//!    ([`attachment::confine`]).
//!    Tests: `a_batch_may_be_asked_for_again_when_it_was_not_committed`, `any_bytes_become_a_message`,
//!    `what_no_honest_mail_has_is_held_before_it_is_parsed`,
//!    `one_damaged_message_does_not_stop_the_others`, `a_file_that_cannot_be_read_stops_no_other`,
//!    `good_mails_behind_hostile_ones_are_answered_in_their_time`,
//!    `killed_between_mails_it_answers_each_exactly_once`.
//! 2. **Mail leaves only from an outbox row, a row is made only from a [`domain::release::Release`], and a release
//!    only from a clean report, from a person's [`domain::review::Review`], or as a notice.** Its fields are private;
//!    [`store::Store::enqueue`] takes no less; a case has one message of a kind to an address
//!    (`UNIQUE (case_id, kind, envelope_to)`). A review is refused while an objection stands that its reviewer may not
//!    settle; it is decided once, by the one who holds the case, and a [`review::reviewer::Reviewer`] comes from a valid
//!    session, or from a token that an operator or that very person made for it.
//!    Tests: `an_answer_is_released_only_when_nothing_holds_it_back`, `a_notice_is_never_an_answer`,
//!    `a_person_releases_only_what_was_decided`, `reading_settles_what_waits_for_reading_and_no_error`,
//!    `two_hundred_approvals_at_once_send_one_answer`, `two_people_never_hold_the_same_case`,
//!    `every_form_refuses_who_has_no_session_no_token_another_origin_or_not_the_role`,
//!    `every_operation_refuses_without_a_token_with_another_scope_an_expired_one_and_a_revoked_one`,
//!    `objections_come_back_as_a_list_and_no_token_overrules_them`,
//!    `mail_leaves_only_with_a_release`.
//!    A seeded draft ([`domain::seed`]) leads nowhere: the database refuses a row of the outbox for it, and every way back
//!    into the pipeline.
//!    Tests: `no_way_leads_a_seeded_draft_into_the_pipeline_or_the_outbox`,
//!    `a_seeded_draft_that_is_sent_as_it_is_sends_nothing_and_is_told_as_missed`.
//! 3. **Recipient, sender and thread are set by code; no text of a stranger or a model can change them.** A mail is
//!    built from values in [`mail::compose`].
//!    The text of a file is facts beside the question, and orders nothing. A mail joins a case only when its sender may
//!    see it, whatever it names.
//!    Tests: `a_file_tells_the_facts_and_its_orders_are_not_obeyed`, `a_forged_token_never_joins`,
//!    `a_strangers_reply_never_joins_however_good_its_token_is`,
//!    `colleagues_on_the_list_are_copied_and_nobody_else`,
//!    `no_text_of_a_stranger_changes_who_gets_the_mail_or_what_it_says`,
//!    `a_model_that_obeys_every_instruction_moves_no_recipient_no_subject_and_no_link`,
//!    `what_may_identify_a_patient_is_masked_and_codes_are_not`, `an_address_cannot_carry_a_command`,
//!    `a_submitted_question_is_answered_in_its_thread_and_only_when_its_sender_is_proved`.
//! 4. **A model sees [`identity::Undated`] text of this case alone, and cannot act.** Its answer is typed data that
//!    verification may refuse.
//!    Tests: `the_request_holds_the_key_once_the_schema_and_nothing_of_the_patient`,
//!    `no_number_of_a_person_survives_wherever_it_stands`, `no_date_survives_and_each_token_resolves`,
//!    `a_verdict_or_line_against_the_checks_is_held`.
//!    What reads a question is given a [`identity::Deidentified`], which nothing but the masking makes; the original is
//!    sealed on disk, and a person opens it only with a reason that is kept.
//!    Tests: `identifiers_in_mails_written_by_hand_are_found_and_no_code_is`,
//!    `identifiers_in_generated_mails_are_found_and_no_code_is`,
//!    `a_patient_of_a_question_is_nowhere_in_the_data_folder_and_in_no_mail`,
//!    `a_patient_in_a_file_is_nowhere_but_in_the_sealed_original`,
//!    `a_person_opens_an_original_only_with_a_reason_that_is_kept`,
//!    `an_identifier_goes_no_further_than_the_sealed_original_and_with_that_it_is_gone`.
//! 5. **Every statement cites a row or a passage of a named edition**, by a [`domain::citation::FactKey`] that a later
//!    release can be asked for; a code that the evidence does not hold is not said.
//!    Tests: `whatever_the_evidence_does_not_hold_is_held`, `an_invented_source_is_held_wherever_it_is_written`.
//! 6. **A stage may run twice; a worker that was too slow is fenced off.** [`store::case::Lease`] carries a token, and
//!    a write under an old one is [`store::StoreError::LeaseLost`]. A worker says again
//!    and again that it still works; a case that ended its worker three times goes to a person.
//!    Tests: `killed_at_every_named_point_each_mail_is_answered_once_or_waits_for_a_person`,
//!    `a_worker_that_slept_past_its_lease_is_refused_and_the_case_is_answered_once`,
//!    `cases_in_hand_when_a_process_ended_are_not_blamed_together_but_one_that_was_alone_is`.
//! 7. **No network call inside a transaction.** Transactions live in [`store`], which can name neither [`mail`] nor
//!    [`llm`]. Test: `imports_point_down`.
//! 8. **An edition is immutable**: built beside the present one, checked by digest, swapped in by renaming one file.
//!    [`corpus::Corpus`] has no method that writes; [`corpus::Shelf`] changes whole editions only.
//!    Tests: `a_new_edition_is_served_and_the_one_before_is_still_there_for_cases_in_hand`,
//!    `a_changed_byte_is_found_by_check`, `a_manifest_or_index_that_is_damaged_is_named`,
//!    `a_pointer_to_an_edition_that_is_gone_is_an_error_that_names_it`.
//! 9. **Failure is never silence.** A stage that fails for good leaves its case `in_review` with the reason; a message
//!    that may have left is `uncertain` and never sent again by itself. [`app::Watch`] tells of what nobody looks at:
//!    in the log, on the health page, and through the operator's command.
//!    Tests: `a_mailbox_that_cannot_be_opened_is_told_after_ten_minutes_hourly_and_when_it_is_back`,
//!    `the_health_page_of_a_running_service_says_what_is_wrong_and_where_to_read_on`,
//!    `an_uncertain_message_is_told_until_a_person_has_looked_and_leaves_again_only_by_their_word`,
//!    `a_renewal_that_is_killed_leaves_a_file_that_works`, `without_an_answer_to_the_final_dot_nobody_knows`, `what_fails_before_the_final_dot_is_temporary`,
//!    `after_a_day_it_is_given_up_and_shown_and_a_person_has_it_sent_again`,
//!    `loops_that_panicked_begin_anew_and_half_sent_mail_is_not_sent_again`, `every_contradiction_is_named_at_once`.
//! 10. **No identity, address or secret in a log or an error.** [`domain::address::Address`] shows itself masked,
//!     [`config::Secret`] not at all.
//!     Tests: `an_address_never_shows_itself_in_a_log`, `a_secret_is_never_shown`,
//!     `what_happens_to_a_case_is_told_signed_and_without_a_word_of_the_question`,
//!     `no_error_tells_the_key_or_the_question`, `what_came_over_the_wire_is_not_in_an_error`.
//! 11. **Nobody is written to who was not proved to be the sender, no machine is answered, and a notice of a kind goes
//!     to an address once a day** (the primary key of `notice`).
//!     A message is held where two readings of its sender or thread differ.
//!     Tests: `an_unproved_sender_is_held_and_never_written_to`, `automatic_mail_is_ignored_even_when_proved`,
//!     `machines_lists_spam_and_our_own_mail_are_told_from_people`, `a_sender_that_is_believed_is_read_alike_twice`,
//!     `only_the_configured_border_is_believed_and_only_about_the_senders_domain`,
//!     `only_what_stands_at_the_borders_own_line_is_its_word`, `a_signature_that_leaves_room_proves_nothing`,
//!     `no_collected_forgery_is_believed_in_any_dress`, `a_stranger_who_resembles_an_account_is_held_with_the_reason`,
//!     `where_the_dns_is_silent_the_mail_waits_and_is_answered_when_it_speaks`.
//! 12. **An answer is reserved when work starts and settled when it leaves**; everything else is free. A case has one
//!     reservation (the primary key of `reservation`); whether an account's senders share the number or each has it alone
//!     is read in the same transaction. Tests: `a_quota_is_never_overdrawn`,
//!     `workers_side_by_side_never_overdraw_the_number_of_a_sender`, `a_correction_joins_its_case_and_costs_nothing`, `the_same_question_again_is_checked_again_and_not_counted`.
//! 13. **Yesterday's table is not today's fact.** Where no release in force on the date is on the shelf, the outcome is
//!     [`domain::check::Outcome::NotChecked`], with [`domain::check::LastKnown`] beside it. An excerpt, a part that is
//!     missing, or a gap between two lists proves no absence, and of two sources that contradict each other none wins.
//!     Tests: `a_date_after_the_last_release_is_not_checked_and_shows_what_was_last_known`,
//!     `an_excerpt_of_a_fee_schedule_adds_facts_for_its_own_days`,
//!     `a_code_that_the_next_list_leaves_out_ended_the_day_before`,
//!     `between_lists_with_a_gap_nothing_is_concluded`,
//!     `the_part_of_an_edit_table_is_read_from_its_name`.
//! 14. **SQL is in [`store`] only, the environment is read in [`config`] only, time and chance are asked for in
//!     [`clock`] only.** Tests: `sql_is_in_the_store_only`, `the_environment_is_read_in_one_file`,
//!     `one_file_asks_for_time_and_chance`.
//! 15. **What happened is written down in one chain, in the write that did it.** Each event's hash covers the one before it
//!     ([`domain::audit`]); what a forgotten case said is covered by a salted digest, so that it can go and the chain holds.
//!     Tests: `events_are_added_in_one_place`, `whatever_is_done_to_the_chain_the_first_bad_event_is_named`,
//!     `what_is_deleted_moved_cut_off_or_put_in_is_named`,
//!     `a_case_that_is_forgotten_leaves_the_chain_whole_and_none_of_its_words`.
//! 16. **Several processes behave as one.** Their writes follow one another, whatever the engine (`src/store/writer.rs`); a
//!     statement has one text for both, and each is carried out on both (`tests/statements.rs`). What one process at a time may
//!     do is held under a token ([`store::worker`]), and a process that lost it is refused.
//!     Tests: `both_schemas_have_the_same_tables_columns_and_indexes`,
//!     `writers_of_several_processes_follow_one_another_and_leave_one_whole_chain`,
//!     `a_connection_that_is_cut_costs_no_write_that_was_promised_and_the_next_one_succeeds`,
//!     `when_the_process_that_reads_the_mailbox_is_killed_another_one_takes_its_turn`,
//!     `a_process_that_stood_still_past_its_turn_writes_nothing_when_it_goes_on`,
//!     `a_move_that_was_killed_goes_on_and_both_sides_hold_the_same`.

// The journey, in its order.

pub mod receive;

pub mod admit;

pub mod research;
pub mod review;

pub mod draft;

pub mod verify;

pub mod reply;

pub mod webhook;

// What drives it.

pub mod pipeline;

pub mod web;

pub mod app;

pub mod cli;

// What it stands on.

pub mod checks;

pub mod attachment;

pub mod store;

pub mod mail;

pub mod llm;

pub mod corpus;

pub mod clock;

pub mod identity;

pub mod domain;

pub mod config;

pub mod telemetry;

pub mod point;
