//! Where a program stopped reading, so that its next run goes on from there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ChannelId;

/// Where a program stopped reading: plain data for a file, and the same JSON as the TypeScript client's.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Positions {
    /// The history that the numbers are of; empty where the server has no name for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub epoch: String,
    /// By channel: the `Seq` of the last message that was handled.
    pub channels: BTreeMap<ChannelId, u64>,
    /// By channel: up to which `rev` its changes were handled. Empty in positions of 0.1, and where the server is of 0.1.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub revs: BTreeMap<ChannelId, u64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channel;

    #[test]
    fn they_are_json_with_channels_as_on_the_wire() {
        let json = r#"{"epoch":"one","channels":{"":7,"00000000-0000-4000-8000-00000000000a":1},"revs":{"":3}}"#;
        let positions: Positions = serde_json::from_str(json).unwrap();
        let general = Channel::General.id();
        assert_eq!((positions.channels[&general], positions.revs[&general]), (7, 3));
        assert_eq!(serde_json::to_string(&positions).unwrap(), json);
        let old: Positions = serde_json::from_str(r#"{"channels":{}}"#).unwrap();
        assert_eq!(old, Positions::default());
        assert!(serde_json::from_str::<Positions>(r#"{"channels":{"x":1}}"#).is_err());
    }
}
