//! What curl understands and a script does not: said, never dropped in silence.

use crate::{imported, told};
use loadgen_import::Kind;

/// The notes, but for the one on redirects, and the flow.
fn flow(command: &str) -> (Vec<String>, String) {
    let imported = imported(Kind::Curl, "a.curl", command);
    assert_eq!(told("a.yml", &imported.script), Vec::<String>::new(), "{command}");
    let notes = imported.notes.into_iter().filter(|it| !it.starts_with("Redirects are followed")).collect();
    (notes, imported.script.split("flow:\n").nth(1).unwrap().to_owned())
}

#[test]
fn what_is_not_carried_over_is_told() {
    let flags = [
        "-H 'Host: other' -H 'TE: trailers' -H 'Content-Length: 5' -H 'Connection: close'",
        "--frobnicate",
        "-W",
        "--limit-rate 10k",
        "--http2",
        "-0 -4",
        "--retry 3 --proxy-user bob:secret",
        "--no-location-trusted --no-happy-eyeballs",
        "--tlsv1.2",
        "-sSvifO --compressed -o out.txt -w '%{http_code}' --no-progress-meter --http1.1 -#",
        "-u bob",
        "-u bob:",
        "-F 'a=@x.bin;filename=y.bin'",
        "-F 'a=@x.bin;filename=\"x.bin\";type=image/png'",
        "-F 'a=b;filename=c'",
        "-F 'a=b;headers=\"X: y\"'",
        "-F 'a=@x.bin;encoder=base64'",
        "-T x.bin",
        "-d @x.json",
        "--json @x.json",
        "--data-urlencode a@x.txt",
        "<<< 'nobody reads it'",
    ];
    let told: Vec<String> = flags
        .iter()
        .map(|flag| format!("{flag}\n  {}\n", flow(&format!("curl http://x/a {flag}")).0.join("\n  ")))
        .collect();
    insta::assert_snapshot!(told.join(""), @r##"
    -H 'Host: other' -H 'TE: trailers' -H 'Content-Length: 5' -H 'Connection: close'
      The header host: other was not carried over: loadgen sets it itself.
      The header te: trailers was not carried over: loadgen sets it itself.
    --frobnicate
      --frobnicate is no flag of curl that is known here; it was left out.
    -W
      -W is no flag of curl that is known here; it was left out.
    --limit-rate 10k
      --limit-rate 10k was not carried over.
    --http2
      --http2 was not carried over: loadgen speaks HTTP/1.1.
    -0 -4
      --http1.0 was not carried over: loadgen speaks HTTP/1.1.
      --ipv4 was not carried over.
    --retry 3 --proxy-user bob:secret
      --retry 3 was not carried over.
      --proxy-user was not carried over.
    --no-location-trusted --no-happy-eyeballs
      --no-happy-eyeballs is no flag of curl that is known here; it was left out.
    --tlsv1.2
      --tlsv1.2 was not carried over.
    -sSvifO --compressed -o out.txt -w '%{http_code}' --no-progress-meter --http1.1 -#
      
    -u bob
      -u bob names no password, for which curl asks: `pass` is empty.
    -u bob:
      
    -F 'a=@x.bin;filename=y.bin'
      The file x.bin is sent as y.bin: put a copy of that name beside the script.
    -F 'a=@x.bin;filename="x.bin";type=image/png'
      
    -F 'a=b;filename=c'
      A name of a file is only sent with a file: c was not carried over.
    -F 'a=b;headers="X: y"'
      Left out of -F a, as curl does or since a script has no such thing: ;headers="X: y".
    -F 'a=@x.bin;encoder=base64'
      Left out of -F a, as curl does or since a script has no such thing: ;encoder=base64.
    -T x.bin
      The body comes from a file, which was not read: x.bin.
    -d @x.json
      The body comes from a file, which was not read: x.json.
    --json @x.json
      The body comes from a file, which was not read: x.json.
    --data-urlencode a@x.txt
      The body comes from a file, which was not read: x.txt.
    <<< 'nobody reads it'
      What <<< hands to a command was not carried over: no flag of it reads standard input.
    "##);
}

#[test]
fn patterns_in_urls_are_told() {
    for url in ["http://x/{a,b}", "http://x/[1-3]", "http://[::1]/[a-c]?d={1,2}", "x/p[01-10:2]"] {
        let (notes, _) = flow(&format!("curl '{url}'"));
        assert!(
            notes[0].starts_with(&format!("{url} is a pattern that curl makes several URLs of")),
            "{notes:?}"
        );
    }
    for url in ["-g 'http://x/{a,b}'", "http://[::1]/a", "'http://x/?a[]=1'", "\"http://x/$ID\""] {
        let (notes, _) = flow(&format!("curl {url}"));
        assert!(!notes.iter().any(|it| it.contains("pattern")), "{notes:?}");
    }
}

#[test]
fn bodies_are_those_that_curl_sends() {
    let commands = [
        "curl http://x/a -d @- <<< '{\"a\": 1}' -H 'content-type: application/json'",
        "curl --data-binary @- http://x/a <<<\"b\"",
        "curl -T dir/x.bin http://x/files/ --next -T x.bin http://x --next -T - http://x/b/ -H 'content-type: a/b'",
        "curl -F note='<dir/note.txt' -F 'title=\"a;b\"' -F 'cut=here; and not here' -F 'kind=<a.json;type=application/json' http://x/f",
        "curl -F 'in=<-' http://x/f <<< text",
    ];
    let told: Vec<String> =
        commands.iter().map(|command| format!("{command}\n{}", flow(command).1)).collect();
    insta::assert_snapshot!(told.join(""), @r##"
    curl http://x/a -d @- <<< '{"a": 1}' -H 'content-type: application/json'
          - post:
              url: "/a"
              json:
                a: 1
    curl --data-binary @- http://x/a <<<"b"
          - post:
              url: "/a"
              headers:
                content-type: "application/x-www-form-urlencoded"
              body: "b\n"
    curl -T dir/x.bin http://x/files/ --next -T x.bin http://x --next -T - http://x/b/ -H 'content-type: a/b'
          - put:
              url: "/files/x.bin"
              body: "(the content of dir/x.bin)"
          - put:
              url: "/x.bin"
              body: "(the content of x.bin)"
          - put:
              url: "/b/"
              headers:
                content-type: "a/b"
              body: "(the content of -)"
    curl -F note='<dir/note.txt' -F 'title="a;b"' -F 'cut=here; and not here' -F 'kind=<a.json;type=application/json' http://x/f
          - post:
              url: "/f"
              formData:
                note: "(the content of dir/note.txt)"
                title: "a;b"
                cut: "here"
                kind:
                  value: "(the content of a.json)"
                  contentType: "application/json"
    curl -F 'in=<-' http://x/f <<< text
          - post:
              url: "/f"
              formData:
                in: "text\n"
    "##);
}
