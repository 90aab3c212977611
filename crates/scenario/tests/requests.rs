//! Requests: URLs, headers, captures, templates: what people are told.

mod common;

use common::told;

#[test]
fn urls() {
    let script = r##"
config: {target: 'http://localhost:8080'}
scenarios:
  - flow:
      - get: {url: any/bare}
      - get: {url: 'ftp://x/'}
      - get: {url: 'http://'}
      - get: {url: 'http://u:p@h/'}
      - get: {url: 'users/{{ $uuid }}'}
      - post: {json: {}}
      - get:
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    warning: Invalid URL in "scenarios[0].flow[0].get.url": `any/bare`
      --> a.yml:4:20
       |
     4 |       - get: {url: any/bare}
       |                    ^^^^^^^^ users fail here
       |
       = hint: a url begins with `/`, which is on the target, or with http:// or https://

    warning: Invalid URL in "scenarios[0].flow[1].get.url": `ftp://x/`
      --> a.yml:5:20
       |
     5 |       - get: {url: 'ftp://x/'}
       |                    ^^^^^^^^^^ users fail here
       |
       = hint: a url begins with `/`, which is on the target, or with http:// or https://

    warning: "scenarios[0].flow[2].get.url": `http://` is not a URL
      --> a.yml:6:20
       |
     6 |       - get: {url: 'http://'}
       |                    ^^^^^^^^^ users fail here
       |
       = hint: such as http://localhost:8080/users, or /users

    warning: Invalid URL in "scenarios[0].flow[4].get.url": `users/{{ $uuid }}`
      --> a.yml:8:20
       |
     8 |       - get: {url: 'users/{{ $uuid }}'}
       |                    ^^^^^^^^^^^^^^^^^^^ users fail here
       |
       = hint: a url begins with `/`, which is on the target, or with http:// or https://

    error: "scenarios[0].flow[5].post.url" is required
      --> a.yml:9:9
       |
     9 |       - post: {json: {}}
       |         ^^^^
       |
       = hint: such as `url: /users`

    error: "scenarios[0].flow[6].get.url" is required
       --> a.yml:10:9
        |
     10 |       - get:
        |         ^^^
        |
        = hint: such as `url: /users`
    "##);
}

#[test]
fn headers() {
    let script = r##"
config: {target: 'http://localhost:8080'}
scenarios:
  - flow:
      - get: {url: /, headers: ['a: b']}
      - get:
          url: /
          headers:
            a b: c
            ok: "x\ny"
            none:
            x: {a: 1}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    error: "scenarios[0].flow[0].get.headers" must be a map of names and values, not a list
      --> a.yml:4:32
       |
     4 |       - get: {url: /, headers: ['a: b']}
       |                                ^

    warning: `a b` is not a header name
      --> a.yml:8:13
       |
     8 |             a b: c
       |             ^^^ users fail here
       |
       = hint: names are letters, digits and hyphens; the value comes after the colon

    warning: the value of the header `ok` has characters that no header can hold
      --> a.yml:9:17
       |
     9 |             ok: "x\ny"
       |                 ^^^^^^ users fail here
       |
       = hint: line breaks and control characters cannot be sent in a header

    warning: the value of the header `none` is null
       --> a.yml:10:17
        |
     10 |             none:
        |                 ^ users fail here
        |
        = hint: leave the header out, or put the value in quotes

    warning: the value of the header `x` is a map: `[object Object]` is sent
       --> a.yml:11:16
        |
     11 |             x: {a: 1}
        |                ^
        |
        = hint: as in Artillery; put the text in quotes
    "##);
}

#[test]
fn captures() {
    let script = r##"
config: {target: 'http://localhost:8080'}
scenarios:
  - flow:
      - get:
          url: /
          capture: {json: $.id}
      - get:
          url: /
          capture:
            - json: $.id
              as: a
            - json: $..[?(@.x
              as: b
            - {as: c}
            - {json: '$.id[', as: a.b}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r##"
    error: "scenarios[0].flow[0].get.capture.as" is required
      --> a.yml:6:21
       |
     6 |           capture: {json: $.id}
       |                     ^^^^
       |
       = hint: capture.as names the variable that keeps the value: `as: id`

    warning: `$..[?(@.x` is not a JSONPath: `)` was expected
       --> a.yml:12:29
        |
     12 |             - json: $..[?(@.x
        |                             ^ finds nothing
        |
        = hint: such as $.id, $.items[0].name, $..id or $.items[?(@.price < 10)].id

    warning: "scenarios[0].flow[1].get.capture[2]" does not say what to look for, so that it finds nothing
       --> a.yml:14:16
        |
     14 |             - {as: c}
        |                ^^
        |
        = hint: add one of json, regexp, header, selector

    warning: `$.id[` is not a JSONPath: a name, a number or `*` was expected in these brackets
       --> a.yml:15:27
        |
     15 |             - {json: '$.id[', as: a.b}
        |                           ^ finds nothing
        |
        = hint: such as $.id, $.items[0].name, $..id or $.items[?(@.price < 10)].id
    "##);
}

#[test]
fn template_functions() {
    let script = r##"
config: {target: 'http://localhost:8080'}
scenarios:
  - flow:
      - get: {url: '/{{ $randomStrng(5) }}'}
      - post:
          url: /
          json: {name: 'a {{ $nosuch() }}', b: '{{ $randomNumber(5) }}', c: '{{ $uuid() }}'}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    error: unknown template function `$randomStrng`
      --> a.yml:4:20
       |
     4 |       - get: {url: '/{{ $randomStrng(5) }}'}
       |                    ^^^^^^^^^^^^^^^^^^^^^^^^ did you mean `$randomString`?
       |
       = hint: the functions are $randomString, $randomNumber, $randomInt

    warning: unknown template function `$nosuch`: the whole text is undefined
      --> a.yml:7:24
       |
     7 |           json: {name: 'a {{ $nosuch() }}', b: '{{ $randomNumber(5) }}', c: '{{ $uuid() }}'}
       |                        ^^^^^^^^^^^^^^^^^^^
       |
       = hint: the functions are $randomString, $randomNumber, $randomInt

    error: `$randomNumber` takes the lowest and the highest number, not `5`
      --> a.yml:7:48
       |
     7 |           json: {name: 'a {{ $nosuch() }}', b: '{{ $randomNumber(5) }}', c: '{{ $uuid() }}'}
       |                                                ^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = hint: such as {{ $randomString(8) }} or {{ $randomNumber(1, 100) }}

    error: unknown template function `$uuid`
      --> a.yml:7:77
       |
     7 |           json: {name: 'a {{ $nosuch() }}', b: '{{ $randomNumber(5) }}', c: '{{ $uuid() }}'}
       |                                                                             ^^^^^^^^^^^^^^^ `$uuid` is a variable: write {{ $uuid }}
       |
       = hint: the functions are $randomString, $randomNumber, $randomInt
    "###);
}

#[test]
fn doubtful_placeholders() {
    let script = r##"
config: {target: 'http://localhost:8080'}
scenarios:
  - flow:
      - get: {url: '/a', capture: {json: $.id, as: userId}}
      - get: {url: '/{{ userid }}/{{ user | upper }}/{{ $env.NOPE }}'}
      - post: {url: /, body: '{"a":{{ userId }}}'}
"##
    .trim_start();
    insta::assert_snapshot!(told(script), @r###"
    warning: nothing in this script sets the variable `userid`
      --> a.yml:5:20
       |
     5 |       - get: {url: '/{{ userid }}/{{ user | upper }}/{{ $env.NOPE }}'}
       |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ did you mean `userId`?
       |
       = hint: variables come from config.variables, -v, captures and loops

    warning: `{{ user | upper }}` is no placeholder and stays as it is
      --> a.yml:5:20
       |
     5 |       - get: {url: '/{{ userid }}/{{ user | upper }}/{{ $env.NOPE }}'}
       |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = hint: placeholders are variables, such as {{ user.name }}, and functions, such as {{ $randomNumber(1, 9) }}

    warning: the environment variable `NOPE` is not set
      --> a.yml:5:20
       |
     5 |       - get: {url: '/{{ userid }}/{{ user | upper }}/{{ $env.NOPE }}'}
       |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = hint: set it as in `NOPE=value loadgen run …`

    warning: `{{ userId }}}` is one placeholder, its third brace included
      --> a.yml:6:30
       |
     6 |       - post: {url: /, body: '{"a":{{ userId }}}'}
       |                              ^^^^^^^^^^^^^^^^^^^^
       |
       = hint: put a blank between the placeholder and the brace that is not its own
    "###);
}
