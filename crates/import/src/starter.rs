//! The plain first script, for those who start from nothing.

use crate::Options;
use crate::yaml::{Yaml, quoted};

/// Where the first script sends its load, unless told.
const TARGET: &str = "builtin";

/// A good first script, with a comment for each part.
pub fn starter(options: &Options) -> String {
    let target = options.target.as_deref().unwrap_or(TARGET);
    let target_text = if target == TARGET {
        TARGET.to_owned()
    } else {
        Yaml::Text(target.to_owned()).render().trim_end().to_owned()
    };
    // The script's name is the user's; in a comment it must not end the line.
    let script = quoted(&options.script);
    let script = script.trim_matches('"');
    format!(
        r#"# A first load test. It runs as it is, against loadgen's own sample service.
#
#   loadgen run {script} --solo                       # one user, to see that it works
#   loadgen run {script}                              # the load below
#   loadgen run {script} -t http://localhost:8080     # against your service
config:
  target: {target_text} # your service's URL goes here; `builtin` starts a sample service for the run
  phases: # the schedule, one phase after the other
    - name: Warm-up
      duration: 10 # seconds; 500ms, 1m and 1h work too
      arrivalRate: 1 # new users a second
      rampTo: 5 # rising evenly to this
    - name: Steady
      duration: 20
      arrivalRate: 5
  variables:
    product: ["desk", "chair", "lamp"] # of a list each user gets one
  plugins:
    ensure: {{}}
  ensure:
    thresholds: # what a good run is; one that is missed makes the exit code 1
      - http.response_time.p95: 200 # ms
      - loadgen.error_rate: 1 # percent

scenarios:
  - name: Register and order
    weight: 3 # three of four users do this
    flow:
      - post:
          url: "/users"
          json:
            name: "User {{{{ $randomString(8) }}}}"
            email: "{{{{ $uuid }}}}@example.com" # an id of the user's own
          capture: # a value of the answer, for later steps
            - json: "$.id"
              as: userId
      - think: 1 # seconds
      - post:
          url: "/orders"
          json:
            userId: "{{{{ userId }}}}"
            items:
              - name: "{{{{ product }}}}"
                quantity: 1
                price: 19.5
      - get:
          url: "/users/{{{{ userId }}}}"

  - name: Look around
    weight: 1
    flow:
      - get:
          url: "/users"
          qs:
            page: "{{{{ $randomNumber(1, 5) }}}}"
            limit: 10
"#
    )
}
