//! What a process has used, from Linux's `/proc`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

/// The processor time of a process, to the nanosecond: the sum over its threads. Those that have ended are missing, and
/// with them what they had used.
pub fn cpu(process: u32) -> Result<Duration> {
    let mut used = 0;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        // A thread may end meanwhile.
        if let Ok(stat) = fs::read_to_string(thread?.path().join("schedstat")) {
            used += nanoseconds(&stat).context("schedstat is not as expected")?;
        }
    }
    Ok(Duration::from_nanos(used))
}

/// The first field of a `schedstat`, sched-stats.rst of the kernel: time on a processor.
fn nanoseconds(schedstat: &str) -> Option<u64> {
    schedstat.split(' ').next()?.parse().ok()
}

/// The number of open files of a process.
pub fn open_files(process: u32) -> Result<u32> {
    entries(process, "fd")
}

/// The number of threads of a process.
pub fn threads(process: u32) -> Result<u32> {
    entries(process, "task")
}

fn entries(process: u32, folder: &str) -> Result<u32> {
    Ok(u32::try_from(fs::read_dir(format!("/proc/{process}/{folder}"))?.count())?)
}

/// A field in KB of a file such as `/proc/meminfo` or `/proc/<pid>/status`.
pub fn kilobytes(file: impl AsRef<Path>, field: &str) -> Result<u64> {
    let shown = file.as_ref().display();
    let text = fs::read_to_string(&file).with_context(|| format!("failed to read {shown}"))?;
    let value = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let value = value.and_then(|value| value.trim().strip_suffix(" kB")?.parse().ok());
    value.with_context(|| format!("{shown} has no {field} in KB"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_counts_on() {
        let before = cpu(std::process::id()).unwrap();
        while cpu(std::process::id()).unwrap() <= before {}
        assert_eq!(nanoseconds("300 7 1\n"), Some(300));
        assert_eq!(nanoseconds(""), None);
    }

    #[test]
    fn open_files_and_threads_are_counted() {
        let own = std::process::id();
        let (before, file) = (open_files(own).unwrap(), fs::File::open("/proc/self/status"));
        assert!(before >= 3 && threads(own).unwrap() >= 1);
        drop(file.unwrap());
        assert!(open_files(u32::MAX).is_err());
    }

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        let own = |field| kilobytes("/proc/self/status", field);
        assert!(own("VmHWM").unwrap() > 0 && own("VmRSS").unwrap() > 0);
        assert!(own("Vm").is_err() && own("Name").is_err());
    }
}
