# The standalone executable, with its libraries and CA certificates, as a user without rights. The root may be read-only:
#   docker build --tag xmpp .
#   docker run --rm --read-only --env XMPP_JID --env XMPP_PASSWORD xmpp send romeo@example.net "The build is green"
# With a volume at /home/xmpp, later runs sign in with a token, and start faster.
FROM node:20-bookworm-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends binutils ca-certificates libatomic1
WORKDIR /source
COPY . .
RUN npm ci && npm run build:standalone -- /out && sh scripts/packages/rootfs.sh /out/xmpp-*64 /rootfs

FROM scratch
COPY --from=build /rootfs /
COPY --from=build --chown=65532:65532 /rootfs/home/xmpp /home/xmpp
USER 65532:65532
# Node's own certificate authorities, and those of the image, which a volume may replace.
ENV HOME=/home/xmpp NODE_USE_SYSTEM_CA=1 SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
ENTRYPOINT ["/usr/bin/xmpp"]
