//! News of channels: which the session hears from now on, and which no more.

use std::time::Duration;

use chinwag_protocol::outgoing::Sys;
use chinwag_protocol::{Body, Outgoing};

use super::session::Session;
use crate::{ChannelId, Event};

impl Session<'_> {
    /// The session has joined this channel, and left the one from before.
    pub(super) fn joined(&mut self, channel: ChannelId) {
        let before = self.keeper.joined.replace(channel);
        if let Some(before) = before.filter(|before| *before != channel) {
            self.keeper.places.not_joined(before);
        }
    }

    /// News of channels that find no room are made up for by the next inbox.
    pub(super) fn take_news(&mut self, news: Outgoing) {
        match &news.body {
            Body::Sys(Sys::Channel { channel }) => {
                self.keeper.places.is_member(channel.uuid.into());
            }
            Body::Sys(Sys::ChannelGone { channel_gone }) => {
                let channel = channel_gone.into();
                self.keeper.places.forget(channel);
                self.keeper.moves.push((channel, None));
            }
            _ => {}
        }
        let of_channels = matches!(
            news.body,
            Body::ChannelPrefs(_)
                | Body::Sys(Sys::Channel { .. } | Sys::ChannelGone { .. } | Sys::Members { .. })
        );
        if !self.tell(Event::News(Box::new(news))) && of_channels {
            self.fall_behind(Duration::ZERO);
        }
    }
}
