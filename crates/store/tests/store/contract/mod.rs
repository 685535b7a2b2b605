//! The cases that every store passes, run on both.

mod cases;
mod changes;
mod files;
mod followed;
mod members;
mod mentions;
mod notify;
mod reactions;
mod recount;
mod replies;
mod subscriptions;

macro_rules! contract {
    ($cases:ident: $($case:ident),* $(,)?) => {
        mod embedded {
            $(#[tokio::test]
            async fn $case() {
                crate::contract::$cases::$case(crate::node::Nodes::embedded()).await;
            })*
        }
        mod redis {
            $(#[tokio::test]
            async fn $case() {
                let redis = chinwag_testbed::Redis::start().unwrap();
                crate::contract::$cases::$case(crate::node::Nodes::on(&redis, 0).await).await;
            })*
        }
        /// Where the names of Pub/Sub channels have a prefix.
        mod redis_database {
            $(#[tokio::test]
            async fn $case() {
                let redis = chinwag_testbed::Redis::start().unwrap();
                crate::contract::$cases::$case(crate::node::Nodes::on(&redis, 3).await).await;
            })*
        }
    };
}

contract! {
    cases:
    a_name_has_one_user,
    a_look_has_one_user,
    two_users_have_one_channel,
    messages_have_seqs_without_holes_and_come_in_their_order,
    a_repeated_send_is_stored_once,
    history_is_read_from_both_ends,
    a_long_history_is_read_anywhere,
    the_inbox_counts_what_is_unread,
    an_inbox_ends_with_the_oldest_talk_that_it_has_room_for,
    a_mark_never_goes_back_nor_past_the_end,
    an_access_key_works_until_it_is_revoked,
    all_access_keys_end_together,
    a_changed_password_leaves_one_new_access_key,
    the_last_session_makes_offline,
    a_join_tells_and_shows,
    users_are_listed_online_first_then_by_name,
    private_news_reach_both_users_once,
}

/// Cases of groups and named channels.
mod of_members {
    contract! {
        members:
        a_named_channel_is_made_found_and_listed,
        a_public_name_has_one_channel,
        the_same_people_have_one_group,
        members_come_and_go,
        a_private_channel_keeps_an_owner_and_ends_with_its_last_member,
        rights_are_checked_where_a_message_is_stored,
        a_member_reads_and_has_preferences,
    }
}

/// Cases of messages that change.
mod of_changes {
    contract! {
        changes:
        each_change_takes_the_next_rev_and_is_told_in_its_order,
        a_change_is_denied_to_those_who_may_not_make_it,
        members_and_owners_may_change_more,
        a_stranger_learns_nothing_of_changes,
        changes_are_caught_up_with_page_by_page,
        a_deleted_text_is_nowhere,
        many_change_one_message_at_once,
        all_of_it_is_there_after_a_restart,
    }
}

/// Cases of reactions and pins.
mod of_reactions {
    contract! {
        reactions:
        a_reaction_is_told_to_all_sessions_of_its_user,
        a_reaction_names_the_first_five,
        a_message_has_twenty_emoji,
        a_channel_has_a_hundred_pins,
    }
}

/// Cases of replies and threads.
mod of_replies {
    contract! {
        replies:
        replies_are_counted_where_their_chain_began,
        replies_of_one_batch_know_each_other,
        an_excerpt_is_of_what_is_there_now,
        a_thread_is_read_from_both_ends,
    }
}

/// Cases of mentions, and of what concerns a user.
mod of_mentions {
    contract! {
        mentions:
        users_are_found_by_names_and_uuids,
        members_are_mentioned_until_they_read,
        counts_follow_edits_and_deletions,
        all_members_are_mentioned_by_those_who_may,
        nothing_is_left_of_a_member,
        activity_lists_what_concerns_a_user,
        activity_keeps_the_newest,
    }
}

/// Cases of what users choose for all notifications.
mod of_notify {
    contract! {
        notify:
        settings_are_changed_part_by_part,
        changes_at_once_are_all_made,
    }
}

mod of_counts {
    contract! {
        recount:
        counts_agree_with_a_recount,
    }
}

/// Cases of subscriptions to web push.
mod of_subscriptions {
    contract! {
        subscriptions:
        there_is_one_key_for_all_nodes,
        an_endpoint_belongs_to_the_last_session_that_registered_it,
        a_user_has_sixteen,
        a_subscription_ends_with_its_access_key,
        a_changed_password_moves_the_subscriptions_of_its_session,
        members_with_subscriptions_are_found_by_their_level,
        each_kind_of_channel_has_members_with_subscriptions,
        all_members_with_subscriptions_are_found_page_by_page,
    }
}

/// Cases of what a follower reads.
mod of_followers {
    contract! {
        followed:
        a_follower_hears_of_all_that_is_stored_on_any_node,
        a_follower_reads_a_long_channel_page_by_page,
        a_follower_hears_of_the_end_of_a_channel,
    }
}

/// Cases of files.
mod of_files {
    contract! {
        files:
        an_upload_comes_in_pieces_and_is_bound_once,
        a_file_is_its_users_and_for_its_channel,
        racing_messages_bind_a_file_once,
        quotas_count_until_bytes_are_gone,
        a_file_without_a_message_ends_after_an_hour,
        a_file_ends_with_its_message,
        an_upload_ends_with_the_rights_of_its_user,
        an_upload_begins_where_its_user_may_write,
    }
}
