//! `word…`, `hacker…`, `git…` and `database…`: words of English and of the trade.

use super::draw::{capitalised, characters, one, pick, whole};
use super::{Entry, plain, with};
use rand::rngs::SmallRng;
use std::sync::Arc;

const ADJECTIVES: &[&str] = &[
    "able", "amber", "bold", "brave", "brief", "bright", "calm", "careful", "cheerful", "clever", "crisp",
    "curious", "eager", "early", "fair", "fancy", "fine", "fresh", "gentle", "glad", "golden", "grand",
    "happy", "honest", "humble", "jolly", "keen", "kind", "late", "light", "lively", "lucky", "mellow",
    "merry", "mild", "modern", "neat", "noble", "odd", "patient", "plain", "proud", "quick", "quiet", "rare",
    "ready", "rich", "sharp", "shy", "silent", "simple", "smooth", "solid", "steady", "sunny", "swift",
    "tidy", "vast", "warm", "wise", "witty", "young",
];
const NOUNS: &[&str] = &[
    "anchor",
    "apple",
    "arrow",
    "basket",
    "beacon",
    "bell",
    "boat",
    "book",
    "bottle",
    "bridge",
    "brook",
    "button",
    "candle",
    "castle",
    "cloud",
    "coat",
    "comet",
    "cottage",
    "cup",
    "door",
    "drum",
    "engine",
    "feather",
    "field",
    "flame",
    "forest",
    "garden",
    "gate",
    "glove",
    "hammer",
    "harbour",
    "hill",
    "horizon",
    "island",
    "jacket",
    "kettle",
    "key",
    "lake",
    "lamp",
    "leaf",
    "letter",
    "lighthouse",
    "map",
    "meadow",
    "mirror",
    "mountain",
    "needle",
    "ocean",
    "orchard",
    "paper",
    "pencil",
    "pocket",
    "river",
    "road",
    "rope",
    "shell",
    "shore",
    "station",
    "stone",
    "storm",
    "street",
    "table",
    "ticket",
    "tower",
    "train",
    "valley",
    "village",
    "wagon",
    "wheel",
    "window",
];
const VERBS: &[&str] = &[
    "answer", "borrow", "build", "carry", "catch", "climb", "cook", "count", "draw", "dream", "drive",
    "earn", "fetch", "find", "follow", "gather", "give", "grow", "guess", "help", "hold", "jump", "keep",
    "learn", "listen", "make", "measure", "move", "open", "paint", "plan", "play", "read", "ride", "send",
    "sing", "smile", "swim", "teach", "travel", "wait", "walk", "wander", "watch", "wonder", "write",
];
const ADVERBS: &[&str] = &[
    "almost",
    "always",
    "boldly",
    "briefly",
    "calmly",
    "carefully",
    "gently",
    "gladly",
    "happily",
    "honestly",
    "kindly",
    "lately",
    "nearly",
    "neatly",
    "never",
    "often",
    "proudly",
    "quickly",
    "quietly",
    "rarely",
    "slowly",
    "softly",
    "soon",
    "steadily",
    "swiftly",
    "warmly",
    "wisely",
];
const CONJUNCTIONS: &[&str] =
    &["after", "although", "and", "because", "before", "but", "if", "or", "since", "until"];
const INTERJECTIONS: &[&str] =
    &["ah", "alas", "bravo", "hello", "hey", "hooray", "oh", "oops", "well", "wow"];
const PREPOSITIONS: &[&str] = &[
    "above", "across", "at", "below", "beside", "between", "by", "from", "in", "near", "on", "over", "under",
    "with",
];
const ABBREVIATIONS: &[&str] = &[
    "API", "CPU", "CSS", "DNS", "FTP", "HTTP", "JSON", "RAM", "SQL", "SSD", "TCP", "TLS", "UDP", "USB", "XML",
];
const TRADE: &[&str] = &[
    "back-end",
    "binary",
    "mobile",
    "open-source",
    "optical",
    "primary",
    "redundant",
    "virtual",
    "wireless",
];
const THINGS: &[&str] = &[
    "array",
    "bandwidth",
    "bus",
    "card",
    "driver",
    "firewall",
    "interface",
    "port",
    "protocol",
    "sensor",
    "socket",
];
const DEEDS: &[&str] = &[
    "back up",
    "bypass",
    "calculate",
    "compress",
    "connect",
    "copy",
    "index",
    "override",
    "parse",
    "reboot",
    "synthesize",
];
const DOING: &[&str] = &[
    "backing up",
    "bypassing",
    "calculating",
    "compressing",
    "connecting",
    "copying",
    "indexing",
    "parsing",
];
const COLUMNS: &[&str] = &[
    "id",
    "title",
    "name",
    "email",
    "phone",
    "token",
    "group",
    "category",
    "password",
    "comment",
    "avatar",
    "status",
    "createdAt",
    "updatedAt",
];
const TYPES: &[&str] = &[
    "int",
    "varchar",
    "text",
    "date",
    "datetime",
    "tinyint",
    "time",
    "timestamp",
    "smallint",
    "bigint",
    "float",
    "double",
    "decimal",
    "boolean",
    "blob",
    "binary",
    "enum",
    "point",
    "set",
    "bit",
];
const ENGINES: &[&str] = &["InnoDB", "MyISAM", "MEMORY", "CSV", "BLACKHOLE", "ARCHIVE"];
const COLLATIONS: &[&str] =
    &["utf8_unicode_ci", "utf8_general_ci", "utf8_bin", "ascii_bin", "ascii_general_ci", "cp1250_general_ci"];

pub(super) const FUNCTIONS: &[Entry] = &[
    plain("wordAdjective", adjective),
    plain("wordAdverb", |random| one(random, ADVERBS)),
    plain("wordConjunction", |random| one(random, CONJUNCTIONS)),
    plain("wordInterjection", |random| one(random, INTERJECTIONS)),
    plain("wordNoun", noun),
    plain("wordPreposition", |random| one(random, PREPOSITIONS)),
    plain("wordVerb", |random| one(random, VERBS)),
    plain("wordSample", sample),
    with("wordWords", &["count"], |options| {
        let count = options.length("count", 1..=3);
        Arc::new(move |random| {
            let count = whole(random, count.clone());
            (0..count).map(|_| sample(random)).collect::<Vec<_>>().join(" ")
        })
    }),
    plain("hackerAbbreviation", |random| one(random, ABBREVIATIONS)),
    plain("hackerAdjective", |random| one(random, TRADE)),
    plain("hackerNoun", |random| one(random, THINGS)),
    plain("hackerVerb", |random| one(random, DEEDS)),
    plain("hackerIngverb", |random| one(random, DOING)),
    plain("hackerPhrase", |random| {
        let (adjective, thing) = (pick(random, TRADE), pick(random, THINGS));
        let what = format!("{} the {adjective} {} {thing}", pick(random, DEEDS), pick(random, ABBREVIATIONS));
        format!("{}!", capitalised(&what))
    }),
    plain("gitBranch", |random| {
        format!("{}-{}", pick(random, THINGS), pick(random, DEEDS).replace(' ', "-"))
    }),
    plain("gitCommitMessage", |random| {
        format!("{} {} {}", pick(random, DEEDS), pick(random, TRADE), pick(random, THINGS))
    }),
    with("gitCommitSha", &["length"], |options| {
        let length = options.length("length", 40..=40);
        Arc::new(move |random| {
            let length = whole(random, length.clone());
            hexadecimal(random, length)
        })
    }),
    plain("databaseColumn", |random| one(random, COLUMNS)),
    plain("databaseType", |random| one(random, TYPES)),
    plain("databaseCollation", |random| one(random, COLLATIONS)),
    plain("databaseEngine", |random| one(random, ENGINES)),
    plain("databaseMongodbObjectId", |random| hexadecimal(random, 24)),
];

pub(super) fn adjective(random: &mut SmallRng) -> String {
    one(random, ADJECTIVES)
}

pub(super) fn noun(random: &mut SmallRng) -> String {
    one(random, NOUNS)
}

fn sample(random: &mut SmallRng) -> String {
    let list = match whole(random, 0..=3) {
        0 => ADJECTIVES,
        1 => NOUNS,
        2 => VERBS,
        _ => ADVERBS,
    };
    one(random, list)
}

pub(super) fn hexadecimal(random: &mut SmallRng, length: u64) -> String {
    let digits: [char; 16] = std::array::from_fn(|digit| char::from_digit(digit as u32, 16).unwrap_or('0'));
    characters(random, &digits, length)
}
