//! A report as one page that needs nothing else: the figures, and plots drawn as SVG.

use std::fmt::Write;

use crate::{figures::Figures, observer::Sample, run::Outcome};

mod plot;

use plot::{Bars, Lines, Series};

/// The page.
#[must_use]
pub fn page(outcome: &Outcome) -> String {
    let figures = &outcome.figures;
    let mut body = String::new();
    // Writing to a string does not fail.
    let _ = write!(
        body,
        "<header><h1>Load of {} rooms</h1><p>{} people in each, {} media, {} clients, measured for \
         {:.0} s{}</p></header><section class=tiles>{}</section><section class=plots>{}</section>\
         <section><h2>All figures</h2><pre>{}</pre></section>",
        figures.rooms,
        figures.participants,
        figures.media,
        figures.client,
        figures.seconds,
        network(figures),
        tiles(figures),
        plots(outcome),
        escaped(&figures.table()),
    );
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width\">\
         <title>Load of {} rooms</title><style>{STYLE}</style><main>{body}</main></html>\n",
        figures.rooms
    )
}

fn network(figures: &Figures) -> String {
    let impairment = figures.impairment.as_deref();
    impairment.map_or_else(String::new, |network| {
        format!(", through a network of <code>{}</code>", escaped(network))
    })
}

fn tiles(figures: &Figures) -> String {
    let latency = figures.forward_latency_us;
    let all = [
        (
            "server CPU a packet out",
            figures.cpu_us_per_packet_out,
            "µs",
        ),
        ("of one core", figures.server_cpu_percent_of_core, "%"),
        ("latency, median", latency.map(|of| of.p50), "µs"),
        ("latency, 99 of 100", latency.and_then(|of| of.p99), "µs"),
        ("memory a room", figures.rss_kib_per_room, "KiB"),
        ("CPU a join", figures.cpu_ms_per_join, "ms"),
        (
            "first frame, 95 of 100",
            figures.first_frame_ms.and_then(|of| of.p95),
            "ms",
        ),
        (
            "concealed audio",
            figures.concealed_audio_ratio.map(|ratio| ratio * 100.0),
            "%",
        ),
    ];
    let mut tiles = String::new();
    for (name, value, unit) in all {
        let value = value.map_or_else(|| "–".to_owned(), plot::short);
        let _ = write!(
            tiles,
            "<div><b>{value}<small> {unit}</small></b><span>{name}</span></div>"
        );
    }
    let lost = figures.lost;
    let mark = if lost == 0 { "" } else { " class=bad" };
    let _ = write!(
        tiles,
        "<div{mark}><b>{lost}</b><span>packets lost</span></div>"
    );
    let freezes = figures.freezes;
    let mark = if freezes == 0 { "" } else { " class=bad" };
    let _ = write!(
        tiles,
        "<div{mark}><b>{freezes}</b><span>freezes</span></div>"
    );
    tiles
}

/// A line's name, and its value in a sample.
type Drawn = (&'static str, fn(&Sample) -> f64);

fn plots(outcome: &Outcome) -> String {
    let over_time = |title: &str, unit: &str, series: &[Drawn]| {
        let series = series
            .iter()
            .map(|(name, value)| Series {
                name: (*name).to_owned(),
                points: outcome
                    .samples
                    .iter()
                    .map(|sample| (sample.at_s, value(sample)))
                    .collect(),
            })
            .collect();
        Lines {
            title: title.to_owned(),
            unit: unit.to_owned(),
            series,
            steady_from: outcome.steady_from_s,
        }
        .svg()
    };
    let mut plots = [
        over_time(
            "CPU",
            "% of one core",
            &[
                ("server", |s| s.server_cpu_percent),
                ("clients", |s| s.client_cpu_percent),
            ],
        ),
        over_time(
            "Packets",
            "a second",
            &[("in", |s| s.in_pps), ("out", |s| s.out_pps)],
        ),
        over_time(
            "Forward latency",
            "ms",
            &[
                ("median", |s| s.latency_p50_us / 1_000.0),
                ("99 of 100", |s| s.latency_p99_us / 1_000.0),
            ],
        ),
        over_time(
            "Server memory",
            "MiB",
            &[("resident", |s| {
                #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
                let mib = s.rss_kib as f64 / 1_024.0;
                mib
            })],
        ),
        over_time("Lost packets", "a second", &[("lost", |s| s.lost_per_s)]),
    ]
    .concat();
    plots += &Bars {
        title: "From the websocket to media".to_owned(),
        unit: "ms".to_owned(),
        of: &outcome.arrivals.join_us,
        per_unit: 1_000.0,
    }
    .svg();
    plots
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

const STYLE: &str = include_str!("html/style.css");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crowd::Arrivals;

    #[test]
    fn a_page_holds_figures_and_plots_and_asks_for_nothing_else() {
        let outcome = Outcome {
            figures: Figures {
                rooms: 8,
                impairment: Some("<b>".to_owned()),
                cpu_us_per_packet_out: Some(5.5),
                ..Figures::default()
            },
            samples: vec![Sample::default(); 5],
            steady_from_s: 3.0,
            arrivals: Arrivals::default(),
        };
        let page = page(&outcome);
        assert!(page.contains("<b>5.5<small> µs"));
        assert!(page.contains("&lt;b&gt;"));
        assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
        for outside in ["src=", "href=", "url(", "@import"] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}
