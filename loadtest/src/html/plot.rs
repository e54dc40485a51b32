//! Two kinds of plots: lines over time, and bars of how often something took how long.

use std::fmt::Write;

use crate::histogram::Histogram;

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 200.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 24.0;
const BARS: usize = 24;

/// One line.
pub(super) struct Series {
    pub(super) name: String,
    /// Seconds and values.
    pub(super) points: Vec<(f64, f64)>,
}

/// Lines over time.
pub(super) struct Lines {
    pub(super) title: String,
    pub(super) unit: String,
    pub(super) series: Vec<Series>,
    /// From when on everything is measured, s.
    pub(super) steady_from: f64,
}

/// How often something took how long.
pub(super) struct Bars<'a> {
    pub(super) title: String,
    pub(super) unit: String,
    pub(super) of: &'a Histogram,
    /// How many of the histogram's units make one of `unit`.
    pub(super) per_unit: f64,
}

/// From values to places on the canvas.
struct Scale {
    last_x: f64,
    top_y: f64,
}

impl Scale {
    fn x(&self, value: f64) -> f64 {
        LEFT + value / self.last_x * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - value / self.top_y * (HEIGHT - TOP - BOTTOM)
    }

    /// Lines and labels.
    fn grid(&self, x_unit: &str) -> String {
        let mut grid = String::new();
        for quarter in 0..=4 {
            let share = f64::from(quarter) / 4.0;
            let (value, seconds) = (self.top_y * share, self.last_x * share);
            let (y, x) = (self.y(value), self.x(seconds));
            let anchor = ["start", "middle", "middle", "middle", "end"][quarter as usize];
            let unit = if quarter == 4 { x_unit } else { "" };
            // Writing to a string does not fail.
            let _ = write!(
                grid,
                "<line class=grid x1={LEFT} x2={:.0} y1={y:.1} y2={y:.1} />\
                 <text x={:.0} y={:.1} text-anchor=end>{}</text>\
                 <text x={x:.1} y={:.0} text-anchor={anchor}>{}{unit}</text>",
                WIDTH - RIGHT,
                LEFT - 6.0,
                y + 4.0,
                short(value),
                HEIGHT - 6.0,
                short(seconds),
            );
        }
        grid
    }
}

impl Lines {
    pub(super) fn svg(&self) -> String {
        let all = self.series.iter().flat_map(|series| &series.points);
        let highest = all.clone().fold(0.0_f64, |highest, (_, y)| highest.max(*y));
        let scale = Scale {
            last_x: all.fold(1.0_f64, |last, (x, _)| last.max(*x)),
            top_y: round_up(highest),
        };
        let from = scale.x(self.steady_from.min(scale.last_x));
        let mut drawn = format!(
            "<rect class=steady x={from:.1} y={TOP} width={:.1} height={} />",
            WIDTH - RIGHT - from,
            HEIGHT - TOP - BOTTOM
        );
        drawn += &scale.grid(" s");
        let mut legend = String::new();
        for (number, series) in self.series.iter().enumerate() {
            let points: Vec<_> = series
                .points
                .iter()
                .map(|(x, y)| format!("{:.1},{:.1}", scale.x(*x), scale.y(*y)))
                .collect();
            let _ = write!(
                drawn,
                "<polyline class=s{number} points=\"{}\" />",
                points.join(" ")
            );
            if self.series.len() > 1 {
                let _ = write!(legend, "<i class=s{number}></i>{}", series.name);
            }
        }
        figure(&self.title, &format!("{}{legend}", self.unit), &drawn)
    }
}

impl Bars<'_> {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub(super) fn svg(&self) -> String {
        let slowest = self.of.quantile(1.0).unwrap_or(0) as f64 / self.per_unit;
        let last_x = round_up(slowest);
        let mut counts = [0_u64; BARS];
        for (value, count) in self.of.values() {
            let share = value as f64 / self.per_unit / last_x;
            counts[place(share)] += count;
        }
        let highest = counts.iter().copied().max().unwrap_or(0) as f64;
        let scale = Scale {
            last_x,
            top_y: round_up(highest),
        };
        let mut drawn = scale.grid(&format!(" {}", self.unit));
        let width = (WIDTH - LEFT - RIGHT) / BARS as f64;
        for (number, count) in counts.into_iter().enumerate() {
            let y = scale.y(count as f64);
            let _ = write!(
                drawn,
                "<rect class=bar x={:.1} y={y:.1} width={:.1} height={:.1} rx=2 />",
                LEFT + number as f64 * width + 1.0,
                width - 2.0,
                HEIGHT - BOTTOM - y
            );
        }
        figure(&self.title, "people", &drawn)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share between 0 and 1 of a few bars"
)]
fn place(share: f64) -> usize {
    ((share * BARS as f64) as usize).min(BARS - 1)
}

fn figure(title: &str, aside: &str, drawn: &str) -> String {
    format!(
        "<figure><figcaption>{title}<span>{aside}</span></figcaption>\
         <svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=img aria-label=\"{title}\">{drawn}</svg></figure>"
    )
}

/// The next of 1, 2, 4 and 8 times a power of ten, so that quarters have few digits.
fn round_up(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 4.0, 8.0, 10.0]
        .into_iter()
        .map(|step| step * power)
        .find(|step| *step >= value)
        .unwrap_or(value)
}

/// A number in few characters.
pub(super) fn short(value: f64) -> String {
    let digits = if value >= 100.0 || value.fract() == 0.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    let (value, suffix) = if value >= 10_000.0 {
        (value / 1_000.0, "k")
    } else {
        (value, "")
    };
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    format!("{text}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_end_at_round_numbers() {
        let ends: Vec<_> = [0.0, 0.3, 1.0, 37.0, 81.0, 4_100.0].map(round_up).into();
        assert_eq!(ends, [1.0, 0.4, 1.0, 40.0, 100.0, 8_000.0]);
    }

    #[test]
    fn labels_are_short() {
        let labels = [0.0, 0.25, 5.5, 12.34, 250.4, 40_000.0, 12_500.0].map(short);
        assert_eq!(labels, ["0", "0.25", "5.5", "12.3", "250", "40k", "12k"]);
    }

    #[test]
    fn every_person_is_in_a_bar() {
        let mut histogram = Histogram::default();
        for ms in [5, 6, 80] {
            histogram.record(ms * 1_000);
        }
        let svg = Bars {
            title: "t".to_owned(),
            unit: "ms".to_owned(),
            of: &histogram,
            per_unit: 1_000.0,
        }
        .svg();
        assert_eq!(svg.matches("class=bar").count(), BARS);
        // Two people in one bar of the height of the scale.
        assert!(svg.contains("height=166.0"), "{svg}");
    }
}
