//! Plots of growth, as SVG in the style of the other pictures: one for light backgrounds
//! and one for dark. Both axes are logarithmic.

use std::{fmt::Write as _, time::Duration};

use crate::table::number;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 360.0;
/// The area of the lines: left, right, top, bottom.
const AREA: (f64, f64, f64, f64) = (76.0, 560.0, 24.0, 308.0);
/// The least distance of two labels.
const APART: f64 = 16.0;

/// The growth of one or several times with a number.
#[derive(Debug)]
pub struct Plot {
    name: &'static str,
    title: String,
    /// The name of the number, which grows to the right.
    along: String,
    series: Vec<(String, Vec<(f64, f64)>)>,
}

struct Colours {
    suffix: &'static str,
    text: &'static str,
    faint: &'static str,
    series: [&'static str; 6],
}

/// GitHub's own, as in the other pictures.
const LIGHT: Colours = Colours {
    suffix: "",
    text: "#1f2328",
    faint: "#59636e",
    series: [
        "#0969da", "#1f2328", "#9a6700", "#8250df", "#d1242f", "#1a7f37",
    ],
};
const DARK: Colours = Colours {
    suffix: "-dark",
    text: "#f0f6fc",
    faint: "#9198a1",
    series: [
        "#4493f8", "#f0f6fc", "#d29922", "#ab7df8", "#f85149", "#3fb950",
    ],
};

impl Plot {
    /// Makes a plot without lines, in `docs/pictures/NAME.svg`.
    pub fn new(name: &'static str, title: impl Into<String>, along: impl Into<String>) -> Self {
        Self {
            name,
            title: title.into(),
            along: along.into(),
            series: Vec::new(),
        }
    }

    /// Adds a point to the line `name`. What is not above nothing is on no logarithmic
    /// axis, and is left out.
    pub fn point(&mut self, name: &str, along: usize, time: Duration) {
        let point = (along as f64, time.as_secs_f64());
        if point.0 <= 0.0 || point.1 <= 0.0 {
            return;
        }
        match self.series.iter_mut().find(|(series, _)| series == name) {
            Some((_, points)) => points.push(point),
            None => self.series.push((name.to_owned(), vec![point])),
        }
    }

    pub(crate) fn on_the_page(&self) -> String {
        let (name, title) = (self.name, &self.title);
        format!(
            "<picture>\n  <source media=\"(prefers-color-scheme: dark)\" srcset=\"pictures/{name}-dark.svg\">\n  \
             <img src=\"pictures/{name}.svg\" alt=\"{title}\">\n</picture>"
        )
    }

    /// Returns the names and texts of the files.
    pub(crate) fn files(&self) -> [(String, String); 2] {
        [&LIGHT, &DARK].map(|colours| {
            let file = format!("{}{}.svg", self.name, colours.suffix);
            (file, self.drawn(colours))
        })
    }

    fn drawn(&self, colours: &Colours) -> String {
        let across = Axis::over(self.points().map(|point| point.0), AREA.0, AREA.1);
        let up = Axis::over(self.points().map(|point| point.1), AREA.3, AREA.2);
        let mut svg = self.head(colours);
        grid(&mut svg, &across, &up);
        let middle = f64::midpoint(AREA.0, AREA.1);
        writeln!(
            svg,
            "  <text class=\"small\" x=\"{middle:.0}\" y=\"{:.0}\">{}</text>",
            HEIGHT - 12.0,
            self.along
        )
        .unwrap();
        let labels = self.labels(&up);
        for (index, ((name, points), label)) in self.series.iter().zip(labels).enumerate() {
            let at = |&(along, time): &(f64, f64)| {
                format!("{:.1} {:.1}", across.place(along), up.place(time))
            };
            let path: Vec<String> = points.iter().map(at).collect();
            writeln!(
                svg,
                "  <path class=\"s{index}\" d=\"M{}\"/>",
                path.join("L")
            )
            .unwrap();
            writeln!(
                svg,
                "  <text class=\"label t{index}\" x=\"{:.0}\" y=\"{label:.1}\">{name}</text>",
                AREA.1 + 12.0
            )
            .unwrap();
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn points(&self) -> impl Iterator<Item = &(f64, f64)> {
        self.series.iter().flat_map(|(_, points)| points)
    }

    fn head(&self, colours: &Colours) -> String {
        let (text, faint, title) = (colours.text, colours.faint, &self.title);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
             role=\"img\" aria-labelledby=\"title\" font-family=\"system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif\" font-size=\"13\">\n  \
             <title id=\"title\">{title}</title>\n  <style>\n    \
             path {{ fill: none; stroke-width: 2; stroke-linejoin: round }}\n    \
             .grid {{ stroke: {faint}; stroke-width: .5; opacity: .5 }}\n    \
             text {{ fill: {text}; text-anchor: middle }}\n    \
             .small {{ font-size: 12px; fill: {faint} }}\n    \
             .up {{ text-anchor: end }}\n    \
             .label {{ text-anchor: start }}\n"
        );
        for (index, colour) in colours.series.iter().take(self.series.len()).enumerate() {
            writeln!(
                svg,
                "    .s{index} {{ stroke: {colour} }} .t{index} {{ fill: {colour} }}"
            )
            .unwrap();
        }
        svg.push_str("  </style>\n");
        svg
    }

    /// Returns where each line's label is: beside its end, and apart from the others.
    fn labels(&self, up: &Axis) -> Vec<f64> {
        let end = |points: &[(f64, f64)]| points.last().map_or(AREA.3, |last| up.place(last.1));
        let mut ends: Vec<(usize, f64)> = self
            .series
            .iter()
            .map(|(_, points)| end(points) + 4.0)
            .enumerate()
            .collect();
        ends.sort_by(|one, other| one.1.total_cmp(&other.1));
        let mut last = f64::MIN;
        for (_, place) in &mut ends {
            *place = place.max(last + APART);
            last = *place;
        }
        ends.sort_by_key(|(index, _)| *index);
        ends.into_iter().map(|(_, place)| place).collect()
    }
}

/// A logarithmic axis over whole decades.
struct Axis {
    decades: (i32, i32),
    from: f64,
    to: f64,
}

impl Axis {
    #[expect(clippy::cast_possible_truncation, reason = "decades are few")]
    fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let logs: Vec<f64> = values.map(f64::log10).collect();
        // A rounding error below a decade is no further decade.
        let least = logs.iter().copied().fold(f64::MAX, f64::min) + 1e-9;
        let most = logs.iter().copied().fold(f64::MIN, f64::max) - 1e-9;
        let decades = (least.floor() as i32, most.ceil() as i32);
        Self { decades, from, to }
    }

    fn place(&self, value: f64) -> f64 {
        let (least, most) = (f64::from(self.decades.0), f64::from(self.decades.1));
        let part = (value.log10() - least) / (most - least).max(1.0);
        self.from + (self.to - self.from) * part
    }
}

fn grid(svg: &mut String, across: &Axis, up: &Axis) {
    for decade in across.decades.0..=across.decades.1 {
        let x = across.place(10f64.powi(decade));
        let count = 10usize.pow(decade.unsigned_abs());
        writeln!(
            svg,
            "  <path class=\"grid\" d=\"M{x:.1} {}V{}\"/>\n  <text class=\"small\" x=\"{x:.1}\" y=\"{}\">{}</text>",
            AREA.2,
            AREA.3,
            AREA.3 + 18.0,
            number(count)
        )
        .unwrap();
    }
    for decade in up.decades.0..=up.decades.1 {
        let y = up.place(10f64.powi(decade));
        writeln!(
            svg,
            "  <path class=\"grid\" d=\"M{} {y:.1}H{}\"/>\n  <text class=\"small up\" x=\"{}\" y=\"{:.1}\">{}</text>",
            AREA.0,
            AREA.1,
            AREA.0 - 8.0,
            y + 4.0,
            seconds(decade)
        )
        .unwrap();
    }
}

fn seconds(decade: i32) -> String {
    let (unit, below) = match decade {
        ..-6 => ("ns", 9),
        -6..-3 => ("µs", 6),
        -3..0 => ("ms", 3),
        _ => ("s", 0),
    };
    format!("{} {unit}", 10u64.pow((decade + below).unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_times_more_is_a_decade_further_on_both_axes() {
        let mut plot = Plot::new("growth", "Growth", "rules");
        for (count, millis) in [(10, 1), (100, 10), (1_000, 100)] {
            plot.point("ours", count, Duration::from_millis(millis));
        }
        let [(file, svg), (dark, _)] = plot.files();
        assert_eq!(
            (file.as_str(), dark.as_str()),
            ("growth.svg", "growth-dark.svg")
        );
        assert!(
            svg.contains("d=\"M76.0 308.0L318.0 166.0L560.0 24.0\""),
            "{svg}"
        );
        assert!(
            svg.contains(">1,000</text>") && svg.contains(">100 ms</text>"),
            "{svg}"
        );
    }

    #[test]
    fn labels_of_lines_that_end_together_are_apart() {
        let mut plot = Plot::new("growth", "Growth", "rules");
        for name in ["one", "two"] {
            plot.point(name, 10, Duration::from_millis(1));
            plot.point(name, 100, Duration::from_millis(10));
        }
        let up = Axis::over(plot.points().map(|point| point.1), AREA.3, AREA.2);
        let labels = plot.labels(&up);
        assert!((labels[1] - labels[0]).abs() >= APART, "{labels:?}");
    }
}
