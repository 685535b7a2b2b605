//! What was measured: named figures, and what several runs of them come to.

use std::time::Duration;

use hdrhistogram::Histogram;

/// One thing that was measured.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it is.
    pub name: &'static str,
    /// In what it is given.
    pub unit: &'static str,
    /// How much.
    pub value: f64,
}

/// What one run measured.
pub type Figures = Vec<Figure>;

/// A figure.
pub fn figure(name: &'static str, unit: &'static str, value: f64) -> Figure {
    Figure { name, unit, value }
}

fn named(run: &[Figure], name: &str) -> Option<f64> {
    run.iter().find(|figure| figure.name == name).map(|figure| figure.value)
}

/// The same figure of several runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The middle one.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
}

impl Summary {
    /// The summary of the figure of this name, if any run has it.
    pub fn of(runs: &[Figures], name: &str) -> Option<Self> {
        Self::of_values(runs.iter().filter_map(|run| named(run, name)))
    }

    /// How many times the second's figure the first's is, run by run: what disturbs both sides of a
    /// run disturbs this less than it does their medians.
    pub fn of_ratios(first: &[Figures], second: &[Figures], name: &str) -> Option<Self> {
        let runs = first.iter().zip(second);
        Self::of_values(
            runs.filter_map(|(first, second)| Some(named(first, name)? / named(second, name)?)),
        )
    }

    fn of_values(values: impl Iterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<_> = values.collect();
        values.sort_by(f64::total_cmp);
        let (&min, &max) = (values.first()?, values.last()?);
        Some(Self { median: values[values.len() / 2], min, max })
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { median, min, max } = self;
        write!(f, "{} ({} – {})", rounded(*median), rounded(*min), rounded(*max))
    }
}

/// Three digits that matter, and commas between thousands.
pub fn rounded(value: f64) -> String {
    let places = match value.abs() {
        0.0 => 0,
        size if size < 0.999_5 => 3,
        size if size < 9.995 => 2,
        size if size < 99.95 => 1,
        _ => 0,
    };
    let text = format!("{value:.places$}");
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let digits = whole.len();
    let grouped = whole.chars().enumerate().flat_map(|(at, digit)| {
        let comma = at > 0 && (digits - at).is_multiple_of(3);
        comma.then_some(',').into_iter().chain([digit])
    });
    grouped.collect::<String>() + fraction
}

/// Times between sending and receiving, to a thousandth.
pub struct Latencies(Histogram<u64>);

impl Latencies {
    /// None yet.
    pub fn new() -> Self {
        // A minute at the most, to three digits.
        let bounds = (1, 60_000_000_000, 3);
        let histogram = Histogram::new_with_bounds(bounds.0, bounds.1, bounds.2);
        Self(histogram.unwrap_or_else(|_| unreachable!("the bounds make sense")))
    }

    /// Adds one.
    pub fn record(&mut self, latency: Duration) {
        self.0.saturating_record(u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Adds those of another measurement.
    pub fn add(&mut self, other: &Self) {
        // Both have the same bounds.
        let _ = self.0.add(&other.0);
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The median and the 99th percentile.
    pub fn figures(&self) -> [Figure; 2] {
        [
            figure("latency p50", "ms", self.milliseconds(0.5)),
            figure("latency p99", "ms", self.milliseconds(0.99)),
        ]
    }

    /// So long or shorter took this share of all.
    pub fn milliseconds(&self, share: f64) -> f64 {
        Duration::from_nanos(self.0.value_at_quantile(share)).as_secs_f64() * 1e3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_that_matter() {
        for (value, text) in [
            (0.0, "0"),
            (0.1234, "0.123"),
            (1.0, "1.00"),
            (9.999, "10.0"),
            (12.34, "12.3"),
            (999.6, "1,000"),
            (1_600_000.0, "1,600,000"),
        ] {
            assert_eq!(rounded(value), text);
        }
    }

    #[test]
    fn latencies_are_told_in_milliseconds() {
        let mut latencies = Latencies::new();
        (1..=100).for_each(|count| latencies.record(Duration::from_millis(count)));
        let [p50, p99] = latencies.figures();
        assert!((p50.value - 50.0).abs() < 0.1 && (p99.value - 99.0).abs() < 0.1);
    }

    #[test]
    fn a_summary_is_the_middle_and_both_ends() {
        let runs: Vec<_> = [3.0, 1.0, 2.0].map(|value| vec![figure("a", "s", value)]).into();
        let summary = Summary::of(&runs, "a").unwrap();
        assert_eq!(summary, Summary { median: 2.0, min: 1.0, max: 3.0 });
        assert_eq!(summary.to_string(), "2.00 (1.00 – 3.00)");
        assert_eq!(Summary::of(&runs, "b"), None);
        let slower: Vec<_> = [6.0, 4.0, 4.0].map(|value| vec![figure("a", "s", value)]).into();
        let ratios = Summary::of_ratios(&slower, &runs, "a").unwrap();
        assert_eq!(ratios, Summary { median: 2.0, min: 2.0, max: 4.0 });
    }
}
