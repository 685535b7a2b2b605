# Without BuildKit's own syntax, so that Heroku and Cloud Run build it, too.
FROM node:22-bookworm-slim AS node

FROM rust:1.95-bookworm AS build
COPY --from=node /usr/local /usr/local
WORKDIR /src
COPY . .
# The image's own toolchain, not a download of the newest one.
RUN rm rust-toolchain.toml && cargo build --release --locked --package chinwag && mkdir /data

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/target/release/chinwag /usr/local/bin/chinwag
COPY --from=build --chown=65532:65532 /data /data
ENV DATA_DIR=/data PORT=5000
VOLUME /data
WORKDIR /data
USER 65532:65532
EXPOSE 5000
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["chinwag", "health"]
CMD ["chinwag"]
