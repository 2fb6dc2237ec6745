# docker build --tag caseconsultant .
#
# A slim Debian with the program, run by a user that owns nothing but its data. The root may be read-only: what is written is
# written in /data, and in /tmp where files are read.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
# The toolchain of the image is the one of rust-toolchain.toml; nothing else is fetched for it.
ENV RUSTUP_TOOLCHAIN=1.95.0
COPY . .
RUN cargo build --locked --release --bin caseconsultant

FROM debian:bookworm-slim
# Versions are those of the release: pinned, they would be gone with its next point release.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates tesseract-ocr \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 caseconsultant \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin caseconsultant \
    && install --directory --mode=0700 --owner=10001 --group=10001 /data \
    && install --directory --mode=0755 /etc/caseconsultant
COPY --from=build /build/target/release/caseconsultant /usr/bin/caseconsultant
COPY README.md CHANGELOG.md LICENSE deploy/*.md /usr/share/doc/caseconsultant/
ENV CASECONSULTANT_DATA_DIR=/data \
    CASECONSULTANT_CONFIG=/etc/caseconsultant/caseconsultant.toml
USER 10001:10001
WORKDIR /data
VOLUME /data
# The pages; figures, health and readiness.
EXPOSE 8380 9380
# Where metrics.listen is set. /live fails where a part stands still, and then only a restart helps.
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9380 && printf 'GET /live HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["caseconsultant"]
CMD ["serve"]
