//! The film as an SVG that plays by itself, for ever, without a script.

use std::fmt::Write as _;

use crate::film::{COLUMNS, Film, Frame, ROWS, Run};

const WIDTH: u32 = 8;
const HEIGHT: u32 = 18;
const MARGIN: u32 = 16;
/// No more lines are ever on show.
const SHOWN: u32 = ROWS as u32;

pub(crate) fn of(film: &Film) -> String {
    let width = u32::from(COLUMNS) * WIDTH + 2 * MARGIN;
    let height = SHOWN * HEIGHT + 2 * MARGIN;
    let whole: u32 = film.frames.iter().map(|it| it.stays).sum();
    let mut svg = head(width, height, whole);
    let mut begins = 0;
    for (number, frame) in film.frames.iter().enumerate() {
        let ends = begins + frame.stays;
        keyframes(&mut svg, number, [begins, ends], whole);
        begins = ends;
    }
    svg.push_str("</style>\n");
    writeln!(
        svg,
        r#"<rect width="{width}" height="{height}" rx="8" class="back"/>"#
    )
    .unwrap();
    let last = film.frames.len() - 1;
    for (number, frame) in film.frames.iter().enumerate() {
        let class = if number == last {
            "frame last"
        } else {
            "frame"
        };
        writeln!(
            svg,
            r#"<g class="{class}" style="animation-name:f{number}">"#
        )
        .unwrap();
        lines(&mut svg, frame);
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

fn head(width: u32, height: u32, whole: u32) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-labelledby="title desc" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">
<title id="title">Raising an agent to admin takes a person</title>
<desc id="desc">With --yes the command refuses. Without it, the command shows each change of power and waits for the passphrase; then the agent is admin. Drawn from the bytes that the command sent to a terminal; the folder, the code, the day, the time and the programs that ask are replaced.</desc>
<style>
.back {{ fill: #0d1117; stroke: #3d444d }}
text {{ fill: #d1d7e0; white-space: pre }}
.w {{ fill: #e3b341 }}
.b {{ font-weight: 700 }}
.frame {{ visibility: hidden; animation: {whole}ms step-end infinite }}
@media (prefers-reduced-motion: reduce) {{ .frame {{ animation: none }} .last {{ visibility: visible }} }}
"#
    )
}

/// The frame is visible from `begins` until `ends`, of `whole` milliseconds.
fn keyframes(svg: &mut String, number: usize, [begins, ends]: [u32; 2], whole: u32) {
    let part = |time: u32| f64::from(time) * 100.0 / f64::from(whole);
    write!(svg, "@keyframes f{number} {{ ").unwrap();
    if begins > 0 {
        svg.push_str("0% { visibility: hidden } ");
    }
    write!(svg, "{:.3}% {{ visibility: visible }} ", part(begins)).unwrap();
    if ends < whole {
        write!(svg, "{:.3}% {{ visibility: hidden }} ", part(ends)).unwrap();
    }
    svg.push_str("}\n");
}

fn lines(svg: &mut String, frame: &Frame) {
    for (row, runs) in (0_u32..).zip(&frame.lines) {
        if runs.is_empty() {
            continue;
        }
        let y = MARGIN + row * HEIGHT + 13;
        write!(svg, r#"<text y="{y}">"#).unwrap();
        for run in runs {
            words(svg, run);
        }
        svg.push_str("</text>\n");
    }
}

fn words(svg: &mut String, run: &Run) {
    // Each run begins at its own column, whatever font draws it.
    let x = MARGIN + u32::from(run.column) * WIDTH;
    let class = match (run.warns, run.bold) {
        (true, true) => r#" class="w b""#,
        (true, false) => r#" class="w""#,
        (false, true) => r#" class="b""#,
        (false, false) => "",
    };
    let text = run.text.replace('&', "&amp;").replace('<', "&lt;");
    let (spaces, text) = text.split_at(text.len() - text.trim_start().len());
    let x = x + u32::try_from(spaces.len()).unwrap() * WIDTH;
    let length = u32::try_from(
        text.replace("&amp;", "&")
            .replace("&lt;", "<")
            .chars()
            .count(),
    );
    let length = length.unwrap() * WIDTH;
    write!(
        svg,
        r#"<tspan x="{x}" textLength="{length}"{class}>{text}</tspan>"#
    )
    .unwrap();
}
