#!/bin/sh
# Puts xmpp on the PATH of the next step, unless an earlier step has: builds it from the repository of the action.
set -eu

fail() {
  printf '::error title=xmpp::%s\n' "$1"
  exit 1
}

! command -v xmpp >/dev/null || exit 0
for tool in node npm; do
  command -v "$tool" >/dev/null || fail "$tool is not installed on this runner: add a step with actions/setup-node"
done
node --eval '
  const [major, minor] = process.versions.node.split(".").map(Number)
  process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)
' || fail "xmpp needs Node 20.19 or later, and this runner has $(node --version): add a step with actions/setup-node"

cd "$GITHUB_ACTION_PATH/.."
npm ci --no-audit --no-fund >&2 || fail 'npm ci failed; the lines before this one say why'
bin=$RUNNER_TEMP/xmpp-bin
mkdir -p "$bin"
printf '#!/bin/sh\nexec node "%s" "$@"\n' "$PWD/bin/run.js" >"$bin/xmpp"
chmod 755 "$bin/xmpp"
# npm can end with 0 although it failed ("Exit handler never called").
"$bin/xmpp" --version >&2 || fail 'xmpp was not built; the lines before this one say why'
printf '%s\n' "$bin" >>"$GITHUB_PATH"
