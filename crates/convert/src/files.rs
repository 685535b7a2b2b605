//! The files of messages. Those that the archive holds go into a home; of others the name stays in the text.

use std::collections::HashSet;
use std::io::Read;

use chinwag_files::{Error as HomeError, Finished, Home, Object, name};
use chinwag_protocol::FileUuid;
use chinwag_protocol::incoming::NewMessage;
use chinwag_store::File;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::archive::Archive;
use crate::ids::derived;
use crate::{Error, Format};

/// How much of a file is in memory, in bytes.
const PIECE: u64 = 768 * 1024;

/// A file of a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attached {
    /// As the archive calls it; may be empty.
    pub name: String,
    /// Its number among the files that the archive holds, if it is one of them.
    held: Option<usize>,
}

impl Attached {
    /// The line of a text that names a file which wasn't taken.
    pub(crate) fn line(&self) -> Option<String> {
        (!self.name.is_empty()).then(|| format!("File: {}", self.name))
    }
}

/// The files that the archive holds and messages have.
#[derive(Default)]
pub(crate) struct Files {
    /// The names in the archive; none if no files are to be taken.
    offered: HashSet<String>,
    held: Vec<Held>,
}

/// A file in the archive.
struct Held {
    /// Where it is there.
    path: String,
    uuid: Uuid,
    name: String,
    /// What it is once it was taken.
    taken: Option<File>,
}

impl Files {
    /// From now on files of these names in the archive are held.
    pub(crate) fn offer(&mut self, names: &[String]) {
        self.offered.extend(names.iter().cloned());
    }

    /// The files of a message: of each its name, and under which names the archive may hold it.
    pub(crate) fn attach(
        &mut self,
        format: Format,
        message: Uuid,
        files: impl IntoIterator<Item = (String, Vec<String>)>,
    ) -> Vec<Attached> {
        let mut attached = Vec::new();
        for (number, (name, paths)) in files.into_iter().enumerate() {
            let path = paths.into_iter().find(|path| self.offered.contains(path));
            let held = path.filter(|_| number < NewMessage::MAX_FILES).map(|path| {
                let uuid = derived(format, "file", &[&message.to_string(), &number.to_string()]);
                self.held.push(Held { path, uuid, name: name.clone(), taken: None });
                self.held.len() - 1
            });
            attached.push(Attached { name, held });
        }
        attached
    }

    /// Copies all that are held into the home.
    pub(crate) fn take(&mut self, archive: &mut Archive, home: &dyn Home) -> Result<(), Error> {
        for held in &mut self.held {
            let mut source = archive.read(&held.path)?;
            held.taken = match store(home, held.uuid, &mut source) {
                Ok(Finished { kind, size, dimensions }) => Some(File {
                    uuid: FileUuid(held.uuid),
                    name: name::clean(&held.name).into(),
                    kind: kind.mime().into(),
                    size,
                    width: dimensions.map(|(width, _)| width),
                    height: dimensions.map(|(_, height)| height),
                    preview: false,
                }),
                Err(HomeError::TooManyPixels) => None,
                Err(error) => return Err(Error::of(&held.path, error.to_string())),
            };
        }
        Ok(())
    }

    /// The file as it was taken.
    pub(crate) fn taken(&self, attached: &Attached) -> Option<&File> {
        self.held.get(attached.held?)?.taken.as_ref()
    }
}

/// A file that an earlier conversion stored is the same again.
fn store(home: &dyn Home, file: Uuid, source: &mut dyn Read) -> chinwag_files::Result<Finished> {
    if home.open(Object::File(file)).is_ok() {
        return home.finish(file, 0);
    }
    // What a conversion left that was interrupted.
    home.delete(Object::Upload(file))?;
    let (mut piece, mut size) = (Vec::new(), 0);
    loop {
        piece.clear();
        source.take(PIECE).read_to_end(&mut piece)?;
        if piece.is_empty() && size > 0 {
            break;
        }
        home.write_piece(file, size, &piece)?;
        size += piece.len() as u64;
        if (piece.len() as u64) < PIECE {
            break;
        }
    }
    home.finish(file, size).inspect_err(|_| drop(home.delete(Object::Upload(file))))
}
