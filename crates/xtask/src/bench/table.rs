//! The comparison as a table.

use std::fmt::Write;

use anyhow::{Context, Result};
use serde::Deserialize;

/// What of the floor the comparison is made with: the least of all.
const LEAST: &str = "UDP_SEGMENT";

/// One row of the floor, as the benchmark prints it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Floor {
    pub(super) name: String,
    /// 0: bursts of six.
    pub(super) rooms: usize,
    pub(super) cpu_us_per_packet_out: f64,
}

/// What a server did under a load, as the load tester prints it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Load {
    pub(super) packets_out: u64,
    pub(super) lost: u64,
    pub(super) cpu_us_per_packet_out: Option<f64>,
    pub(super) server_cpu_percent_of_core: Option<f64>,
    pub(super) rss_kib_per_room: Option<f64>,
    pub(super) anonymous_kib_per_room: Option<f64>,
    pub(super) forward_latency_us: Option<Latency>,
    pub(super) machine_idle_percent: f64,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Latency {
    pub(super) p50: f64,
    pub(super) p99: Option<f64>,
    pub(super) p999: Option<f64>,
}

/// All turns at one number of rooms.
#[derive(Debug)]
pub(super) struct Pace {
    pub(super) rooms: usize,
    pub(super) floor: Vec<Floor>,
    pub(super) ours: Vec<Load>,
    pub(super) janus: Vec<Load>,
}

/// Where and how it was measured.
pub(super) struct Machine {
    pub(super) cores: usize,
    pub(super) processor: String,
    /// The package's version, if it is installed.
    pub(super) janus: Option<String>,
    pub(super) rounds: u8,
    pub(super) seconds: u64,
}

impl Floor {
    /// The rows at the pace of so many rooms.
    pub(super) fn at_pace(rows: &[Self], rooms: usize) -> impl Iterator<Item = &Self> {
        rows.iter().filter(move |row| row.rooms == rooms)
    }
}

impl Pace {
    /// Nobody has had a turn yet.
    pub(super) fn of(rooms: usize) -> Self {
        Self {
            rooms,
            floor: Vec::new(),
            ours: Vec::new(),
            janus: Vec::new(),
        }
    }
}

/// Means of all turns.
pub(super) fn write(machine: &Machine, floors: &[Floor], paces: &[Pace]) -> Result<String> {
    let least = mean(costs(floors, LEAST, 0)).context("the floor was not measured")?;
    let Machine {
        cores,
        processor,
        janus,
        rounds,
        seconds,
    } = machine;
    let beside = janus
        .as_ref()
        .map_or("Janus was not installed".to_owned(), |version| {
            format!("beside the Debian package of Janus, {version}")
        });
    let mut text = format!(
        "Means of {rounds} turns of {seconds} s each, on {cores} cores ({processor}), release build, \
         everything on one machine over loopback, {beside}:\n\n\
         | Rooms | Server | CPU a packet out | × the floor | of Janus' | of one core, a room | memory a room \
         | without the program's code | latency p50 | p99 | p99.9 | missing | idle |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
    );
    for pace in paces {
        let at_pace = mean(pace.floor.iter().map(|row| row.cpu_us_per_packet_out));
        if let Some(cost) = at_pace {
            let multiple = cost / least;
            writeln!(
                text,
                "| {} | the floor at this pace | {cost:.2} µs | {multiple:.2} | | | | | | | | | |",
                pace.rooms
            )?;
        }
        let theirs = cost_of(&pace.janus);
        writeln!(
            text,
            "{}",
            row(pace.rooms, "OpenVisit", &pace.ours, least, theirs)
        )?;
        if !pace.janus.is_empty() {
            writeln!(
                text,
                "{}",
                row(pace.rooms, "Janus", &pace.janus, least, theirs)
            )?;
        }
    }
    text.push_str("\n| The floor, bursts of six | CPU a packet out |\n|---|---|\n");
    for name in names(floors) {
        let cost = mean(costs(floors, name, 0)).unwrap_or_default();
        writeln!(text, "| {name} | {cost:.2} µs |")?;
    }
    Ok(text)
}

fn row(rooms: usize, name: &str, turns: &[Load], least: f64, theirs: Option<f64>) -> String {
    let some = |value: Option<f64>, digits: usize, unit: &str| {
        value.map_or(String::new(), |value| format!("{value:.digits$}{unit}"))
    };
    let cost = cost_of(turns);
    let latency = |of: fn(&Latency) -> Option<f64>| {
        let values = turns
            .iter()
            .filter_map(|turn| of(turn.forward_latency_us.as_ref()?));
        some(mean(values), 0, " µs")
    };
    let memory = |of: fn(&Load) -> Option<f64>| some(mean(turns.iter().filter_map(of)), 0, " KiB");
    let a_room = turns
        .iter()
        .filter_map(|turn| Some(turn.server_cpu_percent_of_core? / rooms as f64));
    let missing: u64 = turns.iter().map(|turn| turn.lost).sum();
    let packets: u64 = turns.iter().map(|turn| turn.packets_out).sum();
    let cells = [
        rooms.to_string(),
        name.to_owned(),
        some(cost, 2, " µs"),
        some(cost.map(|cost| cost / least), 2, ""),
        some(cost.zip(theirs).map(|(ours, theirs)| ours / theirs), 2, ""),
        some(mean(a_room), 2, " %"),
        memory(|turn| turn.rss_kib_per_room),
        memory(|turn| turn.anonymous_kib_per_room),
        latency(|latency| Some(latency.p50)),
        latency(|latency| latency.p99),
        latency(|latency| latency.p999),
        format!("{missing} of {packets}"),
        some(
            mean(turns.iter().map(|turn| turn.machine_idle_percent)),
            0,
            " %",
        ),
    ];
    format!("| {} |", cells.join(" | "))
}

fn cost_of(turns: &[Load]) -> Option<f64> {
    mean(turns.iter().filter_map(|turn| turn.cpu_us_per_packet_out))
}

fn costs<'a>(floors: &'a [Floor], name: &'a str, rooms: usize) -> impl Iterator<Item = f64> + 'a {
    Floor::at_pace(floors, rooms)
        .filter(move |row| row.name == name)
        .map(|row| row.cpu_us_per_packet_out)
}

/// The rows of bursts, each once, in their order.
fn names(floors: &[Floor]) -> Vec<&str> {
    let mut names = Vec::new();
    for row in Floor::at_pace(floors, 0) {
        if !names.contains(&row.name.as_str()) {
            names.push(row.name.as_str());
        }
    }
    names
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let values: Vec<f64> = values.collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floor(name: &str, rooms: usize, cost: f64) -> Floor {
        Floor {
            name: name.to_owned(),
            rooms,
            cpu_us_per_packet_out: cost,
        }
    }

    fn load(cost: f64) -> Load {
        Load {
            packets_out: 1_000,
            lost: 1,
            cpu_us_per_packet_out: Some(cost),
            server_cpu_percent_of_core: Some(8.0),
            rss_kib_per_room: Some(250.4),
            anonymous_kib_per_room: Some(180.2),
            forward_latency_us: Some(Latency {
                p50: 100.0,
                p99: Some(200.0),
                p999: None,
            }),
            machine_idle_percent: 50.0,
        }
    }

    fn written(janus: Vec<Load>) -> String {
        let machine = Machine {
            cores: 2,
            processor: "a processor".to_owned(),
            janus: (!janus.is_empty()).then(|| "1.1.2".to_owned()),
            rounds: 2,
            seconds: 20,
        };
        let floors = [
            floor(LEAST, 0, 1.9),
            floor("sendto", 0, 5.0),
            floor(LEAST, 8, 3.0),
            floor(LEAST, 0, 2.1),
            floor("sendto", 0, 5.0),
            floor(LEAST, 8, 3.0),
        ];
        let pace = Pace {
            floor: Floor::at_pace(&floors, 8).cloned().collect(),
            ours: vec![load(5.0), load(6.0)],
            janus,
            ..Pace::of(8)
        };
        write(&machine, &floors, &[pace]).unwrap()
    }

    #[test]
    fn servers_stand_beside_the_floor_and_janus_of_the_same_run() {
        let table = written(vec![load(27.0), load(28.0)]);
        for expected in [
            "| 8 | the floor at this pace | 3.00 µs | 1.50 |",
            "| 8 | OpenVisit | 5.50 µs | 2.75 | 0.20 | 1.00 % | 250 KiB | 180 KiB | 100 µs | 200 µs |  | 2 of 2000 | 50 % |",
            "| 8 | Janus | 27.50 µs | 13.75 | 1.00 |",
            "| UDP_SEGMENT | 2.00 µs |",
            "| sendto | 5.00 µs |",
        ] {
            assert!(table.contains(expected), "{expected} is not in\n{table}");
        }
    }

    #[test]
    fn what_the_programs_print_is_understood() {
        let printed = r#"[{"name":"UDP_SEGMENT","rooms":0,"cpu_us_per_packet_out":1.66,
            "packets_a_batch":6.0,"packets_out":9000,"missing":0}]"#;
        let floors: Vec<Floor> = serde_json::from_str(printed).unwrap();
        assert_eq!(mean(costs(&floors, LEAST, 0)), Some(1.66));
        let printed = r#"{"rooms":8,"packets_out":19200,"lost":0,"cpu_us_per_packet_out":5.5,
            "forward_latency_us":{"p50":120.5,"p99":400.0,"p999":900.0},"machine_idle_percent":40.0}"#;
        let load: Load = serde_json::from_str(printed).unwrap();
        assert_eq!(cost_of(&[load]), Some(5.5));
    }

    #[test]
    fn without_janus_nothing_is_said_of_it() {
        let table = written(vec![]);
        assert!(table.contains("Janus was not installed"));
        assert!(table.contains("| 8 | OpenVisit | 5.50 µs | 2.75 |  | 1.00 % |"));
        assert!(!table.contains("| 8 | Janus |"));
    }
}
