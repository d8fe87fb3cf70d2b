# syntax=docker/dockerfile:1

# Pin these by digest in your build: --build-arg BUILD_IMAGE=…@sha256:…
ARG BUILD_IMAGE=docker.io/library/node:24-bookworm-slim
ARG BASE_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json LICENSE ./
# By the lockfile, with its checksums; no package runs a script of its own.
RUN ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
COPY image ./image
COPY src ./src
COPY policies ./policies
RUN ["node", "image/build.ts", "/image"]

# No shell, no package manager: Node and what it needs.
FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="Abatis" \
      org.opencontainers.image.description="An admission policy engine for Kubernetes" \
      org.opencontainers.image.licenses="Apache-2.0"
# Owned by root, so that the process cannot change what it runs.
COPY --from=build --chown=0:0 --chmod=0555 /image /abatis
ENV NODE_ENV=production
WORKDIR /abatis
USER 65532:65532
EXPOSE 8443
ENTRYPOINT ["/nodejs/bin/node", "/abatis/dist/abatis.js"]
CMD ["--help"]
