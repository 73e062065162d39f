#!/bin/sh
# Puts xmpp on the PATH of the next step, unless an earlier step has: builds it from the repository of the action.
set -eu

! command -v xmpp >/dev/null || exit 0
cd "$GITHUB_ACTION_PATH/.."
npm ci --no-audit --no-fund >&2
bin=$RUNNER_TEMP/xmpp-bin
mkdir -p "$bin"
printf '#!/bin/sh\nexec node "%s" "$@"\n' "$PWD/bin/run.js" >"$bin/xmpp"
chmod 755 "$bin/xmpp"
printf '%s\n' "$bin" >>"$GITHUB_PATH"
