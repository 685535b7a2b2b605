//! A small disk in memory that can be filled.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};
use tempfile::TempDir;

/// A mounted tmpfs, unmounted with its owner.
pub struct Disk(TempDir);

impl Disk {
    /// Mounts one of so many MiB, for which one must be root.
    pub fn mount(megabytes: u32) -> Result<Self> {
        let folder = TempDir::new()?;
        let size = std::ffi::CString::new(format!("size={megabytes}m"))?;
        mount("tmpfs", folder.path(), "tmpfs", MountFlags::empty(), Some(size.as_c_str()))
            .context("failed to mount a tmpfs, which takes root and CAP_SYS_ADMIN")?;
        Ok(Self(folder))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Leaves no byte free.
    pub fn fill(&self) -> Result<()> {
        let mut file = File::create(self.filler())?;
        for block in [vec![0; 64 * 1024], vec![0; 4096], vec![0; 1]] {
            while file.write_all(&block).is_ok() {}
        }
        Ok(())
    }

    /// Makes room again.
    pub fn free(&self) -> Result<()> {
        Ok(fs::remove_file(self.filler())?)
    }

    fn filler(&self) -> std::path::PathBuf {
        self.path().join("filler")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A process that still ends may hold it: then it goes with that.
        let _ = unmount(self.path(), UnmountFlags::DETACH);
    }
}
