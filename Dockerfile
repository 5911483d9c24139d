# The program with Node in one file, for hosts without Node:
#   docker build -t dtrace-path . && docker run --rm -v "$PWD:/data:ro" dtrace-path audit host.tgz
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY . .
RUN npm ci --no-audit --no-fund && npm run executable -- /build/dtrace-path

FROM debian:bookworm-slim
COPY --from=build /build/dtrace-path /usr/local/bin/dtrace-path
WORKDIR /data
USER nobody
ENTRYPOINT ["dtrace-path"]
