# The standalone executable, with its libraries and CA certificates, as a user without rights. The root may be read-only:
#   docker build --tag xmpp .
#   docker run --rm --read-only --env XMPP_JID --env XMPP_PASSWORD xmpp send romeo@example.net "The build is green"
# With a volume at /home/xmpp, later runs sign in with a token, and start faster. The time zone is that of --env TZ.
FROM node:20-bookworm-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends binutils ca-certificates libatomic1
WORKDIR /source
# Before the rest of the source, so that a later build with other source and the same packages does not install them again.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build:standalone -- /out && sh scripts/packages/rootfs.sh /out/xmpp-*64 /rootfs

FROM scratch
LABEL org.opencontainers.image.title="xmpp" \
  org.opencontainers.image.description="Send and receive XMPP messages from scripts, cron jobs and CI" \
  org.opencontainers.image.version="0.1.0"
COPY --from=build /rootfs /
# Docker keeps the owner of what it copies; Podman and Buildah make root the owner.
COPY --from=build --chown=65532:65532 /rootfs/home /home
USER 65532:65532
WORKDIR /home/xmpp
# Besides the certificate authorities of Node, those in /etc/ssl/certs, where a volume may add more.
ENV HOME=/home/xmpp NODE_USE_SYSTEM_CA=1
ENTRYPOINT ["/usr/bin/xmpp"]
