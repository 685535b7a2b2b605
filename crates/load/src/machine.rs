//! The machine, as far as figures depend on it.

use std::collections::BTreeSet;
use std::fs::read_to_string;

use anyhow::Result;

/// One sentence on the processor, the memory and the kernel.
pub fn describe() -> Result<String> {
    let cpus = read_to_string("/proc/cpuinfo")?;
    let fields = |name| {
        let lines = cpus.lines().filter(move |line: &&str| line.starts_with(name));
        lines.filter_map(|line| Some(line.split_once(':')?.1.trim()))
    };
    let models: Vec<_> = fields("model name").collect::<BTreeSet<_>>().into_iter().collect();
    let memory = read_to_string("/proc/meminfo")?;
    let memory = memory.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let memory = memory.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    Ok(format!(
        "{} cores of {}, {} GB of memory, Linux {}.",
        fields("processor").count(),
        models.join(" and "),
        memory.unwrap_or_default() / 1_000_000,
        read_to_string("/proc/sys/kernel/osrelease")?.trim(),
    ))
}
