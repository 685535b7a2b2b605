//! The machine, as far as figures depend on it.

use std::collections::BTreeSet;
use std::fs::read_to_string;

use anyhow::Result;
use chinwag_testbed::usage::kilobytes;

/// One sentence on the processor, the memory and the kernel.
pub fn describe() -> Result<String> {
    let cpus = read_to_string("/proc/cpuinfo")?;
    let fields = |name| {
        let lines = cpus.lines().filter(move |line: &&str| line.starts_with(name));
        lines.filter_map(|line| Some(line.split_once(':')?.1.trim()))
    };
    let models: Vec<_> = fields("model name").collect::<BTreeSet<_>>().into_iter().collect();
    Ok(format!(
        "{} cores of {}, {} GB of memory, Linux {}.",
        fields("processor").count(),
        models.join(" and "),
        kilobytes("/proc/meminfo", "MemTotal")? / 1_000_000,
        read_to_string("/proc/sys/kernel/osrelease")?.trim(),
    ))
}
