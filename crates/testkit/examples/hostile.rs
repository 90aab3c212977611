//! The hostile server to be tried by hand: prints its addresses and paths, and serves until its standard input ends.
//! The authority of its certificates goes into the file that is named as its argument, if any.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a tool for people who work on loadgen")]

use loadgen_testkit::hostile::{Hostile, ROUTES, TlsFault};

fn main() {
    let server = Hostile::start();
    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(path, server.authority()).unwrap();
    }
    println!("{}\n{}", server.url(), server.tls_url());
    for fault in TlsFault::ALL {
        println!("{} {fault:?}", server.faulty_url(*fault));
    }
    for route in ROUTES {
        println!("{:<20} {}", route.path, route.about);
    }
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
}
