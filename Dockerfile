# syntax=docker/dockerfile:1
# The binary alone in a small image, run by nobody in particular.

FROM rust:1.90-slim-bookworm AS build
WORKDIR /src
COPY . .
# Registry and build products stay in caches between builds: a change of one crate builds that crate.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --release --package loadgen \
    && install -D target/release/loadgen /out/loadgen

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /lab loadgen \
    && install --directory --owner=loadgen /lab/results
COPY --from=build /out/loadgen /usr/local/bin/loadgen
WORKDIR /lab
COPY scenarios scenarios
USER 10001:10001
EXPOSE 8080
# A container that serves. One that runs a script ends by itself: it has no health to look at.
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=5 \
    CMD ["loadgen", "target", "--healthcheck", "http://127.0.0.1:8080"]
ENTRYPOINT ["loadgen"]
CMD ["target", "--listen", "0.0.0.0:8080"]
