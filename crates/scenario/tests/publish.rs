//! The plugin `publish-metrics`: what scripts say of it, and what people are told.

mod common;

use common::{FLOW, plan, plan_with, told};
use loadgen_scenario::Choices;
use loadgen_scenario::publish::{Dialect, Publish, Sink, Temporality};
use std::time::Duration;

fn script(entries: &str) -> String {
    format!("config:\n  target: http://x\n  plugins:\n    publish-metrics:\n{entries}{FLOW}")
}

fn publish(entries: &str) -> Publish {
    plan(&script(entries)).publish
}

/// The only place that figures of these entries go to.
fn sink(entry: &str) -> Sink {
    let mut figures = publish(&format!("      - {entry}\n")).figures;
    assert_eq!(figures.len(), 1);
    figures.remove(0).sink
}

#[test]
fn what_artillery_scripts_say_has_artillerys_defaults() {
    let all = publish(
        "      - type: statsd
        tags: [\"team:shop\", canary, \"url:http://a\"]
      - {type: datadog, host: agent, port: 8126, prefix: load., excluded: [http.codes], includeOnly: vusers}
      - {type: prometheus, pushgateway: 'http://push:9091', interval: 1}
",
    );
    let tags = [("team", "shop"), ("canary", ""), ("url", "http://a")].map(|(a, b)| (a.into(), b.into()));
    assert_eq!((&*all.figures[0].tags, all.figures[0].interval), (&tags[..], Duration::from_secs(10)));
    let Sink::Statsd { dialect, host, port, prefix, event } = &all.figures[0].sink else { panic!() };
    assert_eq!((*dialect, &**host, *port, &**prefix), (Dialect::Datadog, "127.0.0.1", 8125, "artillery."));
    assert_eq!(*event, None, "only Datadog knows what an event is");
    let Sink::Statsd { host, port, prefix, event, .. } = &all.figures[1].sink else { panic!() };
    assert_eq!((&**host, *port, &**prefix), ("agent", 8126, "load."));
    assert_eq!(event.as_ref().map(|it| (&*it.priority, &*it.alert)), Some(("low", "info")));
    assert!(all.figures[1].filter.takes("vusers.created") && !all.figures[1].filter.takes("http.requests"));
    let Sink::Pushgateway { url, job, prefix, .. } = &all.figures[2].sink else { panic!() };
    assert_eq!((&**url, &**job, &**prefix), ("http://push:9091", "loadgen", "artillery"));
    assert_eq!((all.figures[2].interval, all.traces), (Duration::from_secs(1), None));
}

#[test]
fn open_telemetry_has_metrics_and_traces() {
    let all = publish(
        "      - type: open-telemetry
        serviceName: shop-load
        metrics: {exporter: otlp-proto, endpoint: 'https://o/v1/metrics', headers: {x-key: k}, exclude: [http.requests]}
        traces: {sampleRate: 0.25, useRequestNames: true, attributes: {stage: test, n: 1}}
",
    );
    let Sink::Otlp { url, headers, resource, meter, temporality } = &all.figures[0].sink else { panic!() };
    assert_eq!(*temporality, None);
    assert_eq!((&**url, &*resource.service, &**meter), ("https://o/v1/metrics", "shop-load", "loadgen"));
    assert_eq!(headers, &[("x-key".to_owned(), "k".to_owned())]);
    let filter = &all.figures[0].filter;
    assert!(!filter.takes("http.requests") && filter.takes("http.requests_more"), "whole names");
    let traces = all.traces.unwrap();
    assert_eq!((&*traces.url, traces.share, traces.names), ("http://localhost:4318/v1/traces", 0.25, true));
    assert_eq!(traces.attributes, [("stage", "test"), ("n", "1")].map(|(a, b)| (a.into(), b.into())));
    assert!(
        publish("      - {type: open-telemetry, enabled: false, metrics: {}, traces: {}}\n")
            .figures
            .is_empty()
    );
}

#[test]
fn figures_count_from_the_runs_start_or_since_the_last() {
    let entry = |what| format!("      - {{type: open-telemetry, metrics: {{temporality: {what}}}}}\n");
    for (what, wanted) in [("cumulative", Temporality::Cumulative), ("delta", Temporality::Delta)] {
        let Sink::Otlp { temporality, .. } = &publish(&entry(what)).figures[0].sink else { panic!() };
        assert_eq!(*temporality, Some(wanted));
    }
    let problem = told(&script(&entry("both")));
    let wanted = "error: \"config.plugins.publish-metrics[0].metrics.temporality\" is cumulative or delta, not `both`\n";
    assert!(problem.starts_with(wanted), "{problem}");
}

#[test]
fn open_telemetrys_variables_count_where_an_entry_says_nothing() {
    let set = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://o:4318/base/"),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "https://m/x"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=b, c = d=e"),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "LowMemory"),
    ];
    let process_env = set.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let choices = Choices { process_env, ..Choices::default() };
    let entry = "      - {type: open-telemetry, metrics: {}, traces: {}}
      - {type: open-telemetry, metrics: {endpoint: 'http://own/', headers: {x: y}, temporality: cumulative}}
      - {type: statsd}
";
    let all = plan_with(&script(entry), &choices).publish;
    let of = |index: usize| match &all.figures[index].sink {
        Sink::Otlp { url, headers, temporality, .. } => (url.clone(), headers.clone(), *temporality),
        other => panic!("{other:?}"),
    };
    let pairs =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect::<Vec<_>>();
    assert_eq!(
        of(0),
        ("https://m/x".to_owned(), pairs(&[("a", "b"), ("c", "d=e")]), Some(Temporality::Delta))
    );
    assert_eq!(of(1), ("http://own/".to_owned(), pairs(&[("x", "y")]), Some(Temporality::Cumulative)));
    assert_eq!(all.traces.unwrap().url, "https://o:4318/base/v1/traces");
    let nothing = plan_with(&script("      - {type: statsd}\n"), &choices).publish;
    assert!(nothing.traces.is_none(), "the variables alone send nothing");
}

#[test]
fn influxdb_is_written_to_as_its_version_wants_it() {
    let url = |entry| match sink(entry) {
        Sink::Influx { url, headers, .. } => (url, headers),
        other => panic!("{other:?}"),
    };
    let (v2, headers) = url("{type: influxdb, url: 'http://i:8086', org: o, bucket: a b, token: t}");
    assert_eq!(v2, "http://i:8086/api/v2/write?org=o&bucket=a+b&precision=ms");
    assert_eq!(headers, [("authorization".to_owned(), "Token t".to_owned())]);
    let (v1, _) = url("{type: influxdb, url: 'http://i:8086/write?db=x'}");
    assert_eq!(v1, "http://i:8086/write?db=x&precision=ms");
}

#[test]
fn datadogs_api_is_found_by_its_host() {
    for (host, means) in [
        ("", "https://api.datadoghq.com"),
        (", apiHost: datadoghq.eu", "https://api.datadoghq.eu"),
        (", apiHost: app.datadoghq.com", "https://api.datadoghq.com"),
        (", apiHost: 'http://127.0.0.1:1'", "http://127.0.0.1:1"),
    ] {
        let Sink::DatadogApi { url, key, .. } = sink(&format!("{{type: datadog, apiKey: k{host}}}")) else {
            panic!()
        };
        assert_eq!((&*url, &*key), (means, "k"));
    }
    let all =
        publish("      - {type: datadog, traces: {sendOnlyTraces: true, tags: ['a:b'], serviceName: s}}\n");
    assert!(all.figures.is_empty());
    let traces = all.traces.unwrap();
    assert_eq!((traces.attributes, &*traces.resource.service), (vec![("a".into(), "b".into())], "s"));
}

#[test]
fn what_is_not_ours_is_named_and_goes_on() {
    let entries = "      - {type: cloudwatch, region: eu}
      - {type: statd}
      - {type: statsd, token: x}
      - {type: open-telemetry, metrics: {exporter: otlp-grpc}, traces: {sampleRate: 0}}
      - {type: open-telemetry, traces: {smartSampling: {}}}
";
    assert!(publish(entries).figures.len() == 1);
    insta::assert_snapshot!(told(&script(entries)), @r##"
    warning: publish-metrics of the type `cloudwatch` is not supported
      --> a.yml:5:16
       |
     5 |       - {type: cloudwatch, region: eu}
       |                ^^^^^^^^^^
       |
       = hint: the run goes on without it; loadgen has prometheus, prometheus-remote-write, open-telemetry, statsd, influxdb-statsd, influxdb, datadog; most such services take open-telemetry

    warning: Reporting type "statd" is not recognized.
      --> a.yml:6:16
       |
     6 |       - {type: statd}
       |                ^^^^^ did you mean `statsd`?
       |
       = hint: the run goes on without it; loadgen has prometheus, prometheus-remote-write, open-telemetry, statsd, influxdb-statsd, influxdb, datadog

    warning: `token` has no effect on the type statsd
      --> a.yml:7:24
       |
     7 |       - {type: statsd, token: x}
       |                        ^^^^^
       |
       = hint: statsd takes interval, tags, prefix, host, port, excluded, includeOnly, event

    warning: the exporter `otlp-grpc` in "config.plugins.publish-metrics[3].metrics" is not supported
      --> a.yml:8:52
       |
     8 |       - {type: open-telemetry, metrics: {exporter: otlp-grpc}, traces: {sampleRate: 0}}
       |                                                    ^^^^^^^^^
       |
       = hint: no metrics are sent; loadgen has otlp-http, otlp-proto

    warning: "config.plugins.publish-metrics[3].traces.sampleRate" is 0: all users have spans, as in Artillery
      --> a.yml:8:85
       |
     8 |       - {type: open-telemetry, metrics: {exporter: otlp-grpc}, traces: {sampleRate: 0}}
       |                                                                                     ^
       |
       = hint: `enabled: false` sends none

    warning: "config.plugins.publish-metrics[4].traces" has no effect: spans go to the first place alone
      --> a.yml:9:9
       |
     9 |       - {type: open-telemetry, traces: {smartSampling: {}}}
       |         ^
       |
       = hint: as in Artillery

    warning: `smartSampling` has no effect
      --> a.yml:9:41
       |
     9 |       - {type: open-telemetry, traces: {smartSampling: {}}}
       |                                         ^^^^^^^^^^^^^
       |
       = hint: it is accepted and changes nothing
    "##);
}

#[test]
fn what_cannot_work_is_an_error() {
    let entries = "      - {prefix: a}
      - {type: prometheus}
      - {type: prometheus-remote-write, url: 'push:9091'}
      - {type: statsd, port: 99999, interval: 0.5}
      - {type: influxdb, url: 'http://i'}
      - {type: open-telemetry, traces: {sampleRate: 2}}
      - text
";
    insta::assert_snapshot!(told(&script(entries)), @r##"
    error: "config.plugins.publish-metrics[0].type" is required
      --> a.yml:5:9
       |
     5 |       - {prefix: a}
       |         ^
       |
       = hint: it is one of prometheus, prometheus-remote-write, open-telemetry, statsd, influxdb-statsd, influxdb, datadog

    error: "config.plugins.publish-metrics[1].pushgateway" is required
      --> a.yml:6:9
       |
     6 |       - {type: prometheus}
       |         ^
       |
       = hint: such as: pushgateway: http://127.0.0.1:9091

    error: "config.plugins.publish-metrics[2].url" is no http or https URL
      --> a.yml:7:46
       |
     7 |       - {type: prometheus-remote-write, url: 'push:9091'}
       |                                              ^^^^^^^^^^^
       |
       = hint: such as http://127.0.0.1:9090/api/v1/write

    error: "config.plugins.publish-metrics[3].port" is no port: 1 to 65535
      --> a.yml:8:30
       |
     8 |       - {type: statsd, port: 99999, interval: 0.5}
       |                              ^^^^^

    error: "config.plugins.publish-metrics[3].interval" must be whole seconds, from 1 to 3600
      --> a.yml:8:47
       |
     8 |       - {type: statsd, port: 99999, interval: 0.5}
       |                                               ^^^

    error: "config.plugins.publish-metrics[4].bucket" is required
      --> a.yml:9:9
       |
     9 |       - {type: influxdb, url: 'http://i'}
       |         ^
       |
       = hint: or a whole url, such as http://127.0.0.1:8086/write?db=loadgen&precision=ms

    error: "config.plugins.publish-metrics[5].traces.sampleRate" is a share from 0 to 1, not 2
       --> a.yml:10:53
        |
     10 |       - {type: open-telemetry, traces: {sampleRate: 2}}
        |                                                     ^

    error: "config.plugins.publish-metrics[6]" must be a map with `type`, not `text`
       --> a.yml:11:9
        |
     11 |       - text
        |         ^^^^
    "##);
}
