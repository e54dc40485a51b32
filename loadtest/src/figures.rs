//! What a load came to: one line of JSON, or a table.

use std::fmt::Write;

use serde::Serialize;

use crate::{burst::BurstFigures, flood::FloodFigures, histogram::Histogram};

/// Percentiles of a length of time, in the unit that the field's name says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Percentiles {
    /// The median.
    pub p50: f64,
    /// 95 of 100 are not longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95: Option<f64>,
    /// 99 of 100 are not longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99: Option<f64>,
    /// 999 of 1000 are not longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p999: Option<f64>,
}

impl Percentiles {
    /// p50, p99 and p999, `per_unit` of the histogram's unit making one of the wanted unit.
    #[must_use]
    pub fn of_latency(histogram: &Histogram, per_unit: f64) -> Option<Self> {
        let at = |share| quantile(histogram, share, per_unit);
        Some(Self {
            p50: at(0.5)?,
            p95: None,
            p99: at(0.99),
            p999: at(0.999),
        })
    }

    /// p50 and p95.
    #[must_use]
    pub fn of_waiting(histogram: &Histogram, per_unit: f64) -> Option<Self> {
        let at = |share| quantile(histogram, share, per_unit);
        Some(Self {
            p50: at(0.5)?,
            p95: at(0.95),
            p99: None,
            p999: None,
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn quantile(histogram: &Histogram, share: f64, per_unit: f64) -> Option<f64> {
    histogram
        .quantile(share)
        .map(|value| rounded(value as f64 / per_unit))
}

/// Three digits behind the point.
#[must_use]
pub fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// All figures. Unless a name says otherwise they are of the steady window: all have joined and the
/// first seconds are over. A figure that could not be taken is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Visits under way.
    pub rooms: usize,
    /// People in each.
    pub participants: usize,
    /// `lean` or `webrtc`.
    pub client: String,
    /// `synthetic` or `clip`.
    pub media: String,
    /// The steady window's length, s.
    pub seconds: f64,
    /// Packets of RTP that clients sent.
    pub packets_in: u64,
    /// Packets of RTP that clients received.
    pub packets_out: u64,
    /// Packets that are missing between others and were not brought back.
    pub lost: u64,
    /// Server CPU, user and system, µs for every packet that clients received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_us_per_packet_out: Option<f64>,
    /// Server CPU, user and system, s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_cpu_s: Option<f64>,
    /// The same in percent of one core.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_cpu_percent_of_core: Option<f64>,
    /// The same before anybody joined, where nobody sends media: what idle rooms cost is the difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_cpu_percent_of_core_with_nobody: Option<f64>,
    /// Server CPU of the time of joining, without what its packets cost at the steady rate, ms a join.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_ms_per_join: Option<f64>,
    /// The server's resident memory at the end, beyond what it had before anybody joined, KiB a room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rss_kib_per_room: Option<f64>,
    /// Of these, what is no page of a file such as the program, KiB a room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anonymous_kib_per_room: Option<f64>,
    /// From a client's write to another client's handling, µs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_latency_us: Option<Percentiles>,
    /// From a client's write to the arrival at another client's socket, as the system noted it, µs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_to_socket_us: Option<Percentiles>,
    /// From opening the websocket until media may flow, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join_ms: Option<Percentiles>,
    /// From opening the websocket, or from when there was somebody else if that was later, to the first
    /// picture of anybody, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_frame_ms: Option<Percentiles>,
    /// Freezes of pictures, as WebRTC's statistics count them.
    pub freezes: u64,
    /// The share of sound that was not there when it was to be played.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concealed_audio_ratio: Option<f64>,
    /// Packets that were not passed on although their neighbours were.
    pub withheld: u64,
    /// Key frames that the server asked of each publisher, a second.
    pub key_frame_requests_per_publisher_s: f64,
    /// The most key frames that the server asked of one publisher within any second, from the first join to
    /// the steady window.
    pub key_frame_requests_of_a_publisher_joining_s: u64,
    /// The clients' own CPU, s.
    pub client_cpu_s: f64,
    /// How late clients sent their media, µs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_late_us: Option<Percentiles>,
    /// The share of the machine's time in which nobody did anything.
    pub machine_idle_percent: f64,
    /// What the network between clients and server did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impairment: Option<String>,
    /// What came of many who joined at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burst: Option<BurstFigures>,
    /// What running calls noticed of strangers' datagrams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flood: Option<FloodFigures>,
    /// What was counted over the whole run, after everything sent had time to arrive.
    pub whole_run: WholeRun,
}

/// Both ends' counts over a whole run: they add up when nothing was lost on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WholeRun {
    /// Packets of RTP that clients sent.
    pub clients_sent: u64,
    /// Packets of RTP that the server says it received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_received: Option<u64>,
    /// Packets of RTP that the server says it sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_sent: Option<u64>,
    /// Packets of RTP that clients received.
    pub clients_received: u64,
    /// Of these, packets without a payload: probes of the server's.
    pub clients_padding_received: u64,
    /// Datagrams that the whole machine dropped because a receiving socket was full.
    pub dropped_by_the_system: u64,
    /// Datagrams that the system had no room for at a client.
    pub clients_unsent: u64,
    /// Datagrams that clients could not use.
    pub clients_refused: u64,
    /// Clients that did not get in or fell out.
    pub clients_failed: usize,
}

impl Figures {
    /// For people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = String::new();
        let mut row = |name: &str, value: String| {
            // Writing to a string does not fail.
            let _ = writeln!(table, "{name:<34}{value}");
        };
        let some = |value: Option<f64>, unit: &str| {
            value.map_or("not measured".to_owned(), |value| format!("{value} {unit}"))
        };
        row(
            "load",
            format!(
                "{} rooms of {}, {} media, {} clients, {} s",
                self.rooms, self.participants, self.media, self.client, self.seconds
            ),
        );
        row(
            "packets in, out",
            format!("{}, {}", self.packets_in, self.packets_out),
        );
        row(
            "lost, withheld",
            format!("{}, {}", self.lost, self.withheld),
        );
        row(
            "server CPU a packet out",
            some(self.cpu_us_per_packet_out, "µs"),
        );
        row(
            "server CPU of one core",
            some(self.server_cpu_percent_of_core, "%"),
        );
        if let Some(percent) = self.server_cpu_percent_of_core_with_nobody {
            row("the same before anybody joined", format!("{percent} %"));
        }
        row("server CPU a join", some(self.cpu_ms_per_join, "ms"));
        row("server memory a room", some(self.rss_kib_per_room, "KiB"));
        row(
            "of it without the program's code",
            some(self.anonymous_kib_per_room, "KiB"),
        );
        row(
            "forward latency",
            percentiles(self.forward_latency_us, "µs"),
        );
        row(
            "the same to the socket",
            percentiles(self.latency_to_socket_us, "µs"),
        );
        row("join", percentiles(self.join_ms, "ms"));
        row("first frame", percentiles(self.first_frame_ms, "ms"));
        row("freezes", self.freezes.to_string());
        row(
            "concealed audio",
            some(
                self.concealed_audio_ratio
                    .map(|ratio| rounded(ratio * 100.0)),
                "%",
            ),
        );
        row(
            "key frames asked of a publisher",
            format!("{} a second", self.key_frame_requests_per_publisher_s),
        );
        row(
            "the most of one, others joining",
            format!(
                "{} within a second",
                self.key_frame_requests_of_a_publisher_joining_s
            ),
        );
        row("clients' CPU", format!("{} s", self.client_cpu_s));
        row(
            "clients' media late by",
            percentiles(self.client_late_us, "µs"),
        );
        if let Some(burst) = &self.burst {
            row(
                "a burst",
                format!(
                    "{} people, {} failed; running calls lost {}, froze {} times",
                    burst.people, burst.failed, burst.lost, burst.freezes
                ),
            );
            row("their join", percentiles(burst.join_ms, "ms"));
            row(
                "latency meanwhile",
                percentiles(burst.forward_latency_us, "µs"),
            );
        }
        if let Some(flood) = &self.flood {
            row(
                "a flood",
                format!(
                    "{} datagrams a second sent, {} refused; running calls lost {}",
                    flood.sent_a_second, flood.refused_a_second, flood.lost
                ),
            );
            row(
                "server CPU meanwhile",
                some(flood.server_cpu_percent_of_core, "% of one core"),
            );
            row(
                "latency meanwhile",
                percentiles(flood.forward_latency_us, "µs"),
            );
        }
        row("machine idle", format!("{} %", self.machine_idle_percent));
        table
    }
}

fn percentiles(of: Option<Percentiles>, unit: &str) -> String {
    let Some(of) = of else {
        return "not measured".to_owned();
    };
    let named = [
        ("p50", Some(of.p50)),
        ("p95", of.p95),
        ("p99", of.p99),
        ("p99.9", of.p999),
    ];
    let words: Vec<_> = named
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name} {} {unit}", value?)))
        .collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_measured_is_left_out_of_the_json() {
        let figures = Figures {
            rooms: 8,
            cpu_us_per_packet_out: Some(5.5),
            ..Figures::default()
        };
        let json = serde_json::to_value(&figures).unwrap();
        assert_eq!(json["cpu_us_per_packet_out"], 5.5);
        assert!(json.get("forward_latency_us").is_none());
        assert!(
            figures
                .table()
                .contains("forward latency                   not measured")
        );
    }

    #[test]
    fn percentiles_are_in_the_wanted_unit() {
        let mut histogram = Histogram::default();
        for ns in 1..=100_u64 {
            histogram.record(ns * 1_000);
        }
        let found = Percentiles::of_latency(&histogram, 1_000.0).unwrap();
        assert!((found.p50 - 50.0).abs() < 0.6);
        assert!((found.p99.unwrap() - 99.0).abs() < 1.1);
        let json = serde_json::to_string(&found).unwrap();
        assert!(json.contains("p999") && !json.contains("p95"));
    }
}
