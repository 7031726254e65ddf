//! What each shard's time went to goes in, the section on why it took so long comes out as HTML: in
//! words, as a picture, and in numbers.

use std::fmt::Write;

use crate::model::hindsight::Hindsight;
use crate::model::skew::{Cause, ShardSkew, Skew};
use crate::report::facts;
use crate::report::overview::lists::marked;
use crate::report::skew::advice::advice;
use crate::report::skew::words;

/// The width of a picture, in its own units.
const WIDTH: i64 = 1_000;

/// The whole section; nothing where no shard ran.
pub(crate) fn why(skew: &Skew, hindsight: Option<&Hindsight>) -> String {
    let Some(headline) = words::headline(skew) else { return String::new() };
    let mut out = format!(
        "<section id=\"why\">\n<h2>Where the time went</h2>\n<p>{}</p>\n",
        marked(&headline)
    );
    let sentences = words::sentences(skew);
    if !sentences.is_empty() {
        out.push_str("<ul class=\"reasons\">\n");
        out.extend(sentences.iter().map(|said| format!("<li>{}</li>\n", marked(said))));
        out.push_str("</ul>\n");
    }
    let causes: Vec<Cause> = Cause::ALL.into_iter().filter(|cause| says(skew, *cause)).collect();
    // Where all of it took next to nothing there is nothing to tell apart.
    let is_told = !causes.is_empty();
    out.push_str(&if is_told { key(&causes) } else { String::new() });
    out.push_str(&pictures(skew));
    out.push_str(&if is_told { numbers(skew, &causes) } else { String::new() });
    out.push_str(&hindsight.map(better).unwrap_or_default());
    out + "</section>\n"
}

/// How the plan could have been better, the best first.
fn better(hindsight: &Hindsight) -> String {
    let advice = advice(hindsight);
    let items = advice.iter().map(|said| format!("<li>{}</li>\n", marked(said)));
    let items: String = items.collect();
    format!("<h3>How the plan could be better</h3>\n<ul class=\"reasons\">\n{items}</ul>\n")
}

/// Whether a cause took any shard a time that people would see.
fn says(skew: &Skew, cause: Cause) -> bool {
    const LEAST: i64 = 50;
    skew.shards.iter().any(|shard| shard.parts.of(cause).abs() >= LEAST)
}

fn key(causes: &[Cause]) -> String {
    let items = causes.iter().map(|cause| {
        let (name, about) = (cause.name(), cause.about());
        format!("<li><i class=\"swatch cause-{name}\"></i>{about}</li>")
    });
    format!("<ul class=\"legend\">{}</ul>\n", items.collect::<String>())
}

fn ran(skew: &Skew) -> impl Iterator<Item = &ShardSkew> {
    skew.shards.iter().filter(|shard| shard.took.is_some())
}

fn pictures(skew: &Skew) -> String {
    let longest = ran(skew).map(|shard| shard.parts.sum()).max().unwrap_or(0).max(1);
    let mut out = format!("{}{HEAD}", scroll("What the time of each shard went to"));
    for shard in ran(skew) {
        let against = |late: Option<i64>| late.map_or_else(|| "–".to_owned(), late_by);
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{}</td>\
             <td class=\"number\">{}</td><td class=\"wide\">{}</td></tr>",
            shard.number,
            shard.took.map_or_else(String::new, facts::time),
            against(shard.after_prediction),
            against(shard.after_mean),
            picture(shard, longest),
        );
    }
    out + "</tbody></table></div>\n"
}

const HEAD: &str = "<table>\n<thead><tr><th scope=\"col\">Shard</th>\
                    <th scope=\"col\" class=\"number\">Took</th>\
                    <th scope=\"col\" class=\"number\">Later than plan</th>\
                    <th scope=\"col\" class=\"number\">Later than mean</th>\
                    <th scope=\"col\">What it went to</th></tr></thead>\n<tbody>\n";

fn scroll(label: &str) -> String {
    format!("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{label}\">")
}

/// `+12.3 s`, `−0.40 s`.
fn late_by(millis: i64) -> String {
    let sign = if millis < 0 { "" } else { "+" };
    format!("{sign}{}", words::millis(millis))
}

/// The parts side by side. What was faster than estimated is taken off the estimated work.
fn picture(shard: &ShardSkew, longest: i64) -> String {
    let faster: i64 = shard.parts.all().map(|(_, millis)| millis.min(0)).sum();
    let mut out = format!(
        "<svg class=\"parts\" viewBox=\"0 0 {WIDTH} 16\" preserveAspectRatio=\"none\" \
         aria-hidden=\"true\">"
    );
    let mut at = 0;
    for (cause, millis) in shard.parts.all() {
        let millis = if cause == Cause::Work { millis + faster } else { millis }.max(0);
        let (from, to) = (at * WIDTH / longest, (at + millis) * WIDTH / longest);
        at += millis;
        if to > from {
            let _ = write!(
                out,
                "<rect class=\"cause-{}\" x=\"{from}\" y=\"1\" width=\"{}\" height=\"14\"/>",
                cause.name(),
                to - from
            );
        }
    }
    out + "</svg>"
}

/// The same in numbers.
fn numbers(skew: &Skew, causes: &[Cause]) -> String {
    let mut out = "<details class=\"figures\"><summary>In numbers</summary>\n".to_owned();
    out.push_str(&scroll("The parts of each shard’s time"));
    out.push_str("<table>\n<thead><tr><th scope=\"col\">Shard</th>");
    for cause in causes {
        let _ = write!(out, "<th scope=\"col\" class=\"number\">{}</th>", cause.name());
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for shard in ran(skew) {
        let _ = write!(out, "<tr><th scope=\"row\">{}</th>", shard.number);
        for cause in causes {
            let took = words::millis(shard.parts.of(*cause));
            let _ = write!(out, "<td class=\"number\">{took}</td>");
        }
        out.push_str("</tr>\n");
    }
    out + "</tbody></table></div>\n</details>\n"
}
