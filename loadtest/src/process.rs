//! What Linux tells of a process and of the machine: CPU time, memory, idleness; and how a process of
//! one's own is ended.

use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

use anyhow::{Context, bail};
use tokio::{
    process::{Child, Command},
    time::timeout,
};

/// Asks a process of one's own to stop, and waits for that. `what`: its name in errors.
///
/// # Errors
/// It was gone already, or does not stop in time.
pub(crate) async fn end(child: &mut Child, what: &str, patience: Duration) -> anyhow::Result<()> {
    let pid = child
        .id()
        .with_context(|| format!("{what} has ended by itself"))?;
    let asked = Command::new("kill").arg(pid.to_string()).status().await?;
    if !asked.success() {
        bail!("{what} is not there any more");
    }
    timeout(patience, child.wait())
        .await
        .with_context(|| format!("{what} does not stop"))??;
    Ok(())
}

/// A process of this machine, observed from outside. Its threads may come and go.
#[derive(Debug)]
pub struct Process {
    folder: PathBuf,
    /// For every thread ever seen the CPU time it has used, ns.
    threads: BTreeMap<u32, u64>,
}

impl Process {
    /// Observes a process.
    #[must_use]
    pub fn new(pid: u32) -> Self {
        Self {
            folder: PathBuf::from(format!("/proc/{pid}")),
            threads: BTreeMap::new(),
        }
    }

    /// This one.
    #[must_use]
    pub fn own() -> Self {
        Self::new(std::process::id())
    }

    /// The CPU time of all its threads, user and system, those that ended since the first look included
    /// as far as they were seen.
    ///
    /// # Errors
    /// The process is gone.
    pub fn cpu(&mut self) -> anyhow::Result<Duration> {
        let tasks = self.folder.join("task");
        let tasks = fs::read_dir(&tasks).with_context(|| format!("{}", tasks.display()))?;
        for task in tasks {
            let task = task?;
            let thread = task.file_name().to_str().and_then(|name| name.parse().ok());
            // A thread may end between two looks.
            if let (Some(thread), Ok(text)) =
                (thread, fs::read_to_string(task.path().join("schedstat")))
                && let Some(used) = on_cpu_ns(&text)
            {
                self.threads.insert(thread, used);
            }
        }
        Ok(Duration::from_nanos(self.threads.values().sum()))
    }

    /// For every thread ever seen the CPU time it has used so far, ns, as of the last call of
    /// [`Process::cpu`].
    #[must_use]
    pub fn threads(&self) -> BTreeMap<u32, u64> {
        self.threads.clone()
    }

    /// Its memory.
    ///
    /// # Errors
    /// The process is gone.
    pub fn memory(&self) -> anyhow::Result<Memory> {
        let status = fs::read_to_string(self.folder.join("status"))
            .context("the process is not there any more")?;
        Memory::read(&status).context("the process tells no memory")
    }
}

/// What a process holds in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// All of it, KiB.
    pub resident_kib: u64,
    /// What is no page of a file, KiB: without the program's own code, which comes in where it is first
    /// run, in pieces of the size that the system likes.
    pub anonymous_kib: u64,
}

impl Memory {
    fn read(status: &str) -> Option<Self> {
        let kib = |name| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_ascii_whitespace().next()?.parse().ok()
        };
        Some(Self {
            resident_kib: kib("VmRSS:")?,
            anonymous_kib: kib("RssAnon:")?,
        })
    }
}

/// The first number of `schedstat`: time on a CPU, ns.
fn on_cpu_ns(schedstat: &str) -> Option<u64> {
    schedstat.split_ascii_whitespace().next()?.parse().ok()
}

/// How the machine's cores spent their time, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    idle: u64,
    all: u64,
}

impl Machine {
    /// Until now.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn look() -> anyhow::Result<Self> {
        let stat = fs::read_to_string("/proc/stat")?;
        Self::read(&stat).context("/proc/stat cannot be read")
    }

    fn read(stat: &str) -> Option<Self> {
        let all = stat.lines().next()?.strip_prefix("cpu ")?;
        let ticks: Vec<u64> = all
            .split_ascii_whitespace()
            .map_while(|number| number.parse().ok())
            // What guests use is in the first two already.
            .take(8)
            .collect();
        Some(Self {
            idle: ticks.get(3)? + ticks.get(4)?,
            all: ticks.iter().sum(),
        })
    }

    /// The share of all cores' time since `before` in which nobody did anything, percent.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a few digits are enough")]
    pub fn idle_percent_since(self, before: Self) -> f64 {
        let all = self.all.saturating_sub(before.all).max(1);
        self.idle.saturating_sub(before.idle) as f64 * 100.0 / all as f64
    }
}

/// Datagrams over IPv4 that the system dropped so far because a receiving socket was full
/// (`RcvbufErrors`).
///
/// # Errors
/// The system does not tell.
pub fn udp_dropped() -> anyhow::Result<u64> {
    let snmp = fs::read_to_string("/proc/net/snmp")?;
    rcvbuf_errors(&snmp).context("/proc/net/snmp cannot be read")
}

fn rcvbuf_errors(snmp: &str) -> Option<u64> {
    let mut lines = snmp.lines().filter_map(|line| line.strip_prefix("Udp: "));
    let names = lines.next()?.split(' ');
    let values = lines.next()?.split(' ');
    let (_, value) = names
        .zip(values)
        .find(|(name, _)| *name == "RcvbufErrors")?;
    value.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_lines_are_read() {
        assert_eq!(on_cpu_ns("123456 99 7\n"), Some(123_456));
        let status = "Name:\tx\nVmRSS:\t   5312 kB\nRssAnon:\t    4100 kB\nRssFile:\t 1212 kB\n";
        let memory = Memory {
            resident_kib: 5_312,
            anonymous_kib: 4_100,
        };
        assert_eq!(Memory::read(status), Some(memory));
        assert_eq!(Memory::read("Name:\tx\n"), None);
        let snmp = "Tcp: A\nTcp: 1\nUdp: InDatagrams RcvbufErrors X\nUdp: 5 7 9\n";
        assert_eq!(rcvbuf_errors(snmp), Some(7));
        let machine = |idle| format!("cpu  100 0 50 {idle} 10 0 0 0 7 7\ncpu0 1 2\n");
        let before = Machine::read(&machine(840)).unwrap();
        assert_eq!(
            before,
            Machine {
                idle: 850,
                all: 1_000
            }
        );
        let after = Machine::read(&machine(940)).unwrap();
        assert!((after.idle_percent_since(before) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn this_process_uses_memory_and_time() {
        let mut own = Process::own();
        let before = own.cpu().unwrap();
        let mut sum = 0_u64;
        while own.cpu().unwrap() == before {
            sum = sum.wrapping_add(std::hint::black_box(1));
        }
        assert!(own.memory().unwrap().anonymous_kib > 100, "{sum}");
    }
}
