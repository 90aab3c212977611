//! `Traces`: where spans come from and where they go.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry::{Context, InstrumentationScope, KeyValue};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use prometheus::Registry;

use super::ServerSpan;
use super::export::{self, Export};
use crate::error::TargetError;
use crate::metrics::MethodName;

/// Where spans go, and which.
#[derive(Debug, Clone)]
pub struct TraceOptions {
    /// The collector's address for OTLP over HTTP, such as `http://127.0.0.1:4318`. `/v1/traces` is added unless it ends
    /// so.
    pub collector: String,
    /// What the service is called in traces.
    pub service: String,
    /// The share of requests that are traced, 0 to 1, of those that come without a `traceparent`. Those that come with
    /// one are traced if it says so.
    pub sample: f64,
    /// What spans are sent with. Its timeout holds for each attempt.
    pub client: reqwest::Client,
}

/// Makes spans and sends them. Cheap to clone.
#[derive(Clone)]
pub struct Traces(Arc<Inner>);

struct Inner {
    tracer: SdkTracer,
    /// What each request's context begins with: the tracer, for the spans within the request.
    base: Context,
    export: Export,
}

/// The tracer, as a value in a context.
#[derive(Debug)]
pub(super) struct WithTracer(pub(super) SdkTracer);

impl Traces {
    /// Starts to send in the background. Must be called in a tokio runtime with I/O and time.
    ///
    /// The variables `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_EXPORTER_OTLP_HEADERS` and
    /// `OTEL_EXPORTER_OTLP_TIMEOUT` mean what OpenTelemetry says.
    ///
    /// # Errors
    /// [`TargetError::Traces`] if the collector's address is none. Whether somebody is there shows later, in the metrics.
    pub fn start(options: TraceOptions) -> Result<Self, TargetError> {
        let collector = endpoint(&options.collector);
        let exporter = SpanExporter::builder()
            .with_http()
            .with_endpoint(collector.clone())
            .with_timeout(export::PATIENCE)
            .with_http_client(options.client)
            .build()?;
        let resource = Resource::builder()
            .with_service_name(options.service)
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let (export, queue) = export::start(exporter, collector, &resource)?;
        let root = Sampler::TraceIdRatioBased(options.sample);
        let provider = SdkTracerProvider::builder()
            .with_sampler(Sampler::ParentBased(Box::new(root)))
            .with_span_processor(queue)
            .with_resource(resource)
            .build();
        let scope = InstrumentationScope::builder("loadgen-target").with_version(env!("CARGO_PKG_VERSION"));
        let tracer = provider.tracer_with_scope(scope.build());
        let base = Context::new().with_value(WithTracer(tracer.clone()));
        Ok(Self(Arc::new(Inner { tracer, base, export })))
    }

    /// Waits until all spans that have ended are sent, but no longer than `within`.
    pub async fn flush(&self, within: Duration) {
        self.0.export.flush(within).await;
    }

    /// Sends what has ended without waiting for more.
    pub(crate) fn hurry(&self) {
        self.0.export.hurry();
    }

    pub(crate) fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        self.0.export.register(registry)
    }

    /// The span of a request that begins now.
    pub(crate) fn serve(
        &self,
        request: &Request,
        method: MethodName,
        pattern: Option<&'static str>,
    ) -> ServerSpan {
        ServerSpan::start(&self.0.tracer, &self.0.base, request, method, pattern)
    }
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Traces")
    }
}

fn endpoint(collector: &str) -> String {
    let collector = collector.trim_end_matches('/');
    if collector.ends_with("/v1/traces") { collector.to_owned() } else { format!("{collector}/v1/traces") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_traces_is_added_once() {
        for collector in ["http://c:4318", "http://c:4318/", "http://c:4318/v1/traces"] {
            assert_eq!(endpoint(collector), "http://c:4318/v1/traces");
        }
        assert_eq!(endpoint("http://c/otlp"), "http://c/otlp/v1/traces");
    }
}
