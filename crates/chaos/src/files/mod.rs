//! Users who upload, send, read and delete files.

mod audit;
mod http;
mod participant;
mod record;

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;

use self::participant::Participant;
use self::record::Register;
use crate::audit::Cost;
use crate::company::{self, Company};

const PEOPLE: usize = 4;

type Scene = company::Scene<Register>;

/// Participants under way.
pub type Files = Company<Register, ()>;

/// Signs everybody up, and waits until everybody acts.
pub fn start(nodes: Vec<SocketAddr>) -> Result<Files> {
    let scene = Scene::new(nodes, (PEOPLE, 0), |_, _| Ok(Register::default()))?;
    Files::start(scene, |scene, who| Participant::new(scene, who).run())
}

/// Ends the load and counts what the faults cost. The nodes keep their files in `home`.
pub fn end(files: Files, home: &Path) -> Result<Cost> {
    let end = files.end(audit::read, |found, _| found.left_in(home).is_empty())?;
    Ok(audit::count(&end, home))
}
