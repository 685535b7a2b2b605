//! Prints what an index of made-up messages costs, for a user in 500 channels:
//! `cargo run --release -p chinwag-search --example measure -- 100000`.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use chinwag_protocol::{ChannelUuid, UserUuid};
use chinwag_search::{Audience, Cursor, Entry, Index, Named, Query, Reader};
use jiff::Timestamp;

const CHANNELS: u64 = 500;

/// How many messages go in together, all of one channel.
const PAGE: u64 = 200;

/// A frequent word, a rare one, two words, a phrase, an exclusion, and the beginning of a word.
const QUERIES: [&str; 6] = ["\"w1\"", "\"w9876\"", "w1 \"w2\"", "\"w1 w2\"", "\"w1\" -w2", "w9"];

/// How often each query is asked.
const TIMES: usize = 200;

/// The words of a message.
const WORDS: u32 = 14;

fn main() -> Result<(), Box<dyn Error>> {
    let count: u64 = std::env::args().nth(1).map_or(Ok(100_000), |count| count.parse())?;
    let folder = std::env::temp_dir().join(format!("chinwag-measure-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let measured = measure(&folder.join("search.db"), count);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn measure(path: &Path, count: u64) -> Result<(), Box<dyn Error>> {
    let mut index = Index::open(path, "measured")?;
    let reader = Reader {
        user: UserUuid::default(),
        channels: (0..CHANNELS).map(|_| ChannelUuid::random()).collect(),
    };
    let length = fill(&mut index, &reader.channels, count)?;
    for query in QUERIES {
        let mut times: Vec<_> = (0..TIMES).map(|_| time(&index, &reader, query)).collect();
        times.sort_unstable();
        println!("{query:9} p50 {:?}, p99 {:?}", times[TIMES / 2], times[TIMES * 99 / 100]);
    }
    // As a process leaves it that is killed.
    drop(index);
    let began = Instant::now();
    let index = Index::open(path, "measured")?;
    println!("opened after a kill in {:?}", began.elapsed());
    let began = Instant::now();
    index.close()?;
    println!("closed in {:?}", began.elapsed());
    let began = Instant::now();
    let index = Index::open(path, "measured")?;
    println!("opened again in {:?}", began.elapsed());
    assert_eq!(index.channels().count() as u64, CHANNELS);
    let files = std::fs::read_dir(path.parent().unwrap_or(path))?;
    let sizes = files.map(|file| Ok(file?.metadata()?.len()));
    let size = sizes.sum::<std::io::Result<u64>>()?;
    println!("{count} messages of {} bytes: {} bytes of index each", length / count, size / count);
    Ok(())
}

/// Returns the bytes of all texts.
fn fill(index: &mut Index, channels: &[ChannelUuid], count: u64) -> Result<u64, Box<dyn Error>> {
    for channel in channels {
        index.add_channel(*channel, Audience::Members, 0)?;
    }
    let (mut length, mut took, mut random) = (0, Duration::ZERO, 1);
    for page in 0..count.div_ceil(PAGE) {
        let texts: Vec<_> = (0..PAGE).map(|_| text(&mut random)).collect();
        length += texts.iter().map(|text| text.len() as u64).sum::<u64>();
        let (channel, first) =
            (channels[usize::try_from(page % CHANNELS)?], page / CHANNELS * PAGE);
        let entries = (1..).zip(&texts).map(|(number, text)| Entry {
            seq: first + number,
            sender: UserUuid::default(),
            created_at: Timestamp::UNIX_EPOCH + Duration::from_secs(page * PAGE + number),
            text: Some(text),
            has_file: false,
            has_image: false,
        });
        let (entries, began) = (entries.collect::<Vec<_>>(), Instant::now());
        index.put(channel, &entries, Cursor { seq: first + PAGE, rev: 0 })?;
        took += began.elapsed();
    }
    println!("{took:?} to make it, {:?} a message", took / u32::try_from(count)?);
    Ok(length)
}

/// Words of which some are frequent, as in a language.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "the number is between 1 and 10,000"
)]
fn text(random: &mut u64) -> String {
    let word = |_| {
        // Numerical Recipes' linear congruential generator.
        *random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223) & 0xffff_ffff;
        let chance = *random as f64 / f64::from(u32::MAX);
        format!("w{}", 10_000_f64.powf(chance) as u64)
    };
    (0..WORDS).map(word).collect::<Vec<_>>().join(" ")
}

fn time(index: &Index, reader: &Reader, query: &str) -> Duration {
    let wanted = Query::parse(query).wanted(&Named::default());
    let began = Instant::now();
    index.find(&wanted, reader, None, 20).expect("the index is whole");
    began.elapsed()
}
