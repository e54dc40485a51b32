//! Looks at a thread's stack, put into groups by what the thread was at.

use std::collections::BTreeMap;

/// What the media threads are called.
const MEDIA: &str = "media-";

/// In the kernel: what it was called for, by a function on the stack.
const KERNEL: [(&str, &[&str]); 3] = [
    ("the kernel: sending", &["sendmsg"]),
    ("the kernel: receiving", &["recvmmsg", "recvmsg"]),
    (
        "the kernel: waiting for packets, waking",
        &["epoll", "schedule"],
    ),
];

/// In the program: whose function it is, by what its name contains. The first that fits counts.
const PROGRAM: [(&str, &[&str]); 8] = [
    (
        "encrypting and opening (AES-GCM)",
        &["ring_core", "ring::", "gcm", "ghash"],
    ),
    (
        "copying and clearing bytes",
        &["__memmove", "__memset", "__memcpy"],
    ),
    (
        "calling the kernel, the clock",
        &[
            "sendmsg",
            "recvmmsg",
            "epoll_wait",
            "clock_gettime",
            "Timespec",
            "asynccancel",
            "quinn_udp",
            "MediaSocket",
            "mio::",
        ],
    ),
    ("SRTP's numbers and headers", &["srtp", "sfu_transport"]),
    ("the send queue", &["send_queue"]),
    (
        "the estimator and its reports",
        &["bandwidth", "feedback", "arrivals"],
    ),
    ("the room: who gets what, rewritten how", &["sfu_core"]),
    (
        "finding the participant, timers, the loop",
        &["sfu_server", "hash"],
    ),
];

const REST_KERNEL: &str = "the kernel: all else";
const REST: &str = "all else";
const OTHER_THREADS: &str = "other threads of the server: websockets, database";

/// How often the server's threads were seen at what.
pub(super) struct Shares {
    by_group: BTreeMap<&'static str, u32>,
    other_threads: u32,
}

impl Shares {
    /// Counts what `perf script -F comm,pid,ip,sym` printed: a paragraph a look, the thread's name and
    /// process first, then its stack, innermost first. `None` if no media thread is in it.
    pub(super) fn of(script: &str) -> Option<Self> {
        let looks: Vec<Look<'_>> = script.split("\n\n").filter_map(Look::read).collect();
        let server = looks.iter().find(|look| look.is_media())?.process;
        let mut by_group = BTreeMap::new();
        let mut other_threads = 0;
        for look in looks.iter().filter(|look| look.process == server) {
            if look.is_media() {
                *by_group.entry(look.group()).or_insert(0) += 1;
            } else {
                other_threads += 1;
            }
        }
        Some(Self {
            by_group,
            other_threads,
        })
    }

    /// How often a media thread was looked at.
    pub(super) fn looks(&self) -> u32 {
        self.by_group.values().sum()
    }

    /// A table of the groups, the largest first. `cpu` is what a packet costs, µs.
    pub(super) fn table(&self, cpu: f64) -> String {
        let all = f64::from(self.looks() + self.other_threads);
        let mut rows: Vec<(&str, u32)> = self.by_group.iter().map(|(k, v)| (*k, *v)).collect();
        rows.push((OTHER_THREADS, self.other_threads));
        rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let mut table =
            String::from("| What the time goes to | of it | a packet out |\n|---|---|---|\n");
        for (group, count) in rows {
            let share = f64::from(count) / all;
            let nanoseconds = share * cpu * 1_000.0;
            table += &format!(
                "| {group} | {:.1} % | {nanoseconds:.0} ns |\n",
                share * 100.0
            );
        }
        table + &format!("| together | | {:.0} ns |\n", cpu * 1_000.0)
    }
}

struct Look<'a> {
    thread: &'a str,
    process: &'a str,
    /// Functions, innermost first.
    stack: Vec<&'a str>,
}

impl<'a> Look<'a> {
    fn read(paragraph: &'a str) -> Option<Self> {
        let mut lines = paragraph.trim().lines();
        let (thread, process) = lines.next()?.trim().rsplit_once(char::is_whitespace)?;
        let function = |line: &'a str| line.trim().split_once(' ').map(|(_, name)| name);
        let stack: Vec<_> = lines.filter_map(function).collect();
        (!stack.is_empty()).then_some(Self {
            thread: thread.trim(),
            process,
            stack,
        })
    }

    fn is_media(&self) -> bool {
        self.thread.starts_with(MEDIA)
    }

    fn group(&self) -> &'static str {
        let called = |names: &[&str]| {
            let is_one = |function: &&str| names.iter().any(|name| function.contains(name));
            self.stack.iter().any(is_one)
        };
        if called(&["do_syscall_64", "entry_SYSCALL", "asm_"]) {
            let group = KERNEL.iter().find(|(_, names)| called(names));
            return group.map_or(REST_KERNEL, |(group, _)| group);
        }
        let innermost = self.stack[0].to_lowercase();
        let is_of = |names: &[&str]| {
            names
                .iter()
                .any(|name| innermost.contains(&name.to_lowercase()))
        };
        let group = PROGRAM.iter().find(|(_, names)| is_of(names));
        group.map_or(REST, |(group, _)| group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "\
media-0   77
\tffff udp_sendmsg
\tffff do_syscall_64
\t7f00 __libc_sendmsg

media-1   77
\t5500 ring_core_0_17_14__aes_gcm_enc_update_vaes_avx2

media-1   77
\t5500 sfu_core::receiver::Receiver::forward_sound
\t5500 sfu_server::thread::MediaThread::run

tokio-rt-worker   77
\t5500 serde_json::ser::format_escaped_str

tokio-rt-worker   78
\t5500 str0m::rtp::parse
";

    #[test]
    fn looks_are_counted_for_the_server_alone_and_by_what_it_was_at() {
        let shares = Shares::of(SCRIPT).unwrap();
        assert_eq!(shares.looks(), 3);
        assert_eq!(shares.other_threads, 1);
        assert_eq!(shares.by_group["the kernel: sending"], 1);
        assert_eq!(shares.by_group["encrypting and opening (AES-GCM)"], 1);
        assert_eq!(shares.by_group["the room: who gets what, rewritten how"], 1);
        let table = shares.table(4.0);
        assert!(
            table.contains("| the kernel: sending | 25.0 % | 1000 ns |"),
            "{table}"
        );
        assert!(table.ends_with("| together | | 4000 ns |\n"), "{table}");
    }

    #[test]
    fn without_a_media_thread_there_is_nothing_to_tell() {
        assert!(Shares::of("tokio-rt-worker   78\n\t5500 main\n").is_none());
        assert!(Shares::of("").is_none());
    }
}
