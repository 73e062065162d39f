#!/bin/sh
# Prepares the checkout: installs npm packages, the build, and the servers that the tests start.
#   setup.sh        for the tests: Prosody, ejabberd, tools, and other clients if they are available
#   setup.sh demo   for the demo and the sandbox: Prosody
# It does not change what is already installed, so it can run before every other step.
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin # ejabberdctl is in sbin, which is not in the PATH of a user

say() { printf 'setup: %s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }

main() {
  case ${1-tests} in
    tests)
      packages='prosody prosody-modules ejabberd jq tmux binutils lintian'
      peers='go-sendxmpp profanity python3-slixmpp gnome-keyring dbus zsh fish mandoc'
      ;;
    demo) packages=prosody peers= ;;
    *) say "no such set: $1 (tests, demo)" && exit 2 ;;
  esac
  npm_packages
  build
  missing=$(missing_of $packages)
  missing_peers=$(missing_of $peers)
  [ -z "$missing$missing_peers" ] || system_packages
  [ "$peers" = '' ] || executable
}

# npm ci installs exactly the packages of the lock file, and does not change it.
npm_packages() {
  if older node_modules/.package-lock.json package-lock.json; then
    say 'npm ci' && npm ci --no-audit --no-fund >&2
  fi
}

build() {
  if older dist/xmpp.cjs src scripts package.json; then
    say 'npm run build' && npm run build >&2
  fi
}

# Several test files use it; without this, each one would build it.
executable() {
  say 'standalone executable' && npx tsx scripts/packages/standalone.ts >&2
}

# Whether the first file is missing, or older than any of the other files and folders.
older() {
  made=$1
  shift
  [ ! -e "$made" ] || [ -n "$(find "$@" -newer "$made" | head -n 1)" ]
}

missing_of() {
  for package; do
    present "$package" || printf '%s ' "$package"
  done
}

present() {
  case $1 in
    ejabberd) has ejabberdctl ;;
    prosody-modules) any_of /usr/lib/prosody/modules/mod_sasl2 /usr/local/lib/prosody/modules/mod_sasl2 ;;
    # Not the first python3 in the PATH: only that of Debian has the packages of Debian.
    python3-slixmpp) /usr/bin/python3 -c 'import slixmpp' 2>/dev/null ;;
    binutils) has strip ;;
    gnome-keyring) has gnome-keyring-daemon ;;
    dbus) has dbus-daemon ;;
    *) has "$1" ;;
  esac
}

any_of() {
  for file; do
    [ ! -e "$file" ] || return 0
  done
  return 1
}

# Clients that are not available are requested again only after the next npm install.
tried=node_modules/.peers-tried
system_packages() {
  [ -n "$missing" ] || [ ! -e "$tried" ] || return 0
  if ! has apt-get || ! as_root true; then
    [ -z "$missing_peers" ] || say "not installed, tests with them are skipped: $missing_peers"
    [ -n "$missing" ] || return 0
    explain
    exit 1
  fi
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  keep_services_stopped
  find_backports
  for package in $missing; do
    install "$package" || { say "$package cannot be installed" && exit 1; }
  done
  for package in $missing_peers; do
    install "$package" || say "$package cannot be installed, tests with it are skipped"
  done
  [ -z "$missing_peers" ] || : >"$tried"
}

explain() {
  cat >&2 <<EOF
setup: these are missing: $missing
  Debian, Ubuntu:  sudo apt-get install $missing
  Fedora:          sudo dnf install $missing
  macOS:           brew install $missing (Prosody is in the tap prosody/prosody)
  elsewhere:       docker run --rm -it -v "\$PWD:/xmpp" -w /xmpp node:20-bookworm npm test
EOF
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    has sudo && sudo -n "$@"
  fi
}

# The versions in bookworm do not support SASL2; those in backports do.
find_backports() {
  release=
  say 'apt-get update'
  as_root apt-get update -qq >&2 || say 'apt-get update failed, continuing with the known packages'
  grep -q '^VERSION_CODENAME=bookworm$' /etc/os-release || return 0
  release=bookworm-backports
  backports_known && return
  list=/etc/apt/sources.list.d/bookworm-backports.list
# from the mirror of the other packages of this machine
  mirror=$(apt-get indextargets --format '$(CODENAME) $(SITE)' 'Created-By: Packages' |
    sed -n 's/^bookworm //p' | head -n 1)
  [ -n "$mirror" ] || { say "no mirror known for $release, continuing without it" && release= && return; }
  say "adding $list"
  echo "deb $mirror $release main" | as_root tee "$list" >/dev/null
  as_root apt-get update -qq >&2 && backports_known && return
  say "$release is not available, continuing without it"
  as_root rm -f "$list"
  release=
}

backports_known() { apt-cache policy | grep -q 'n=bookworm-backports'; }

install() {
  case $1 in
    prosody* | ejabberd | go-sendxmpp | profanity) from=$release ;;
    *) from= ;;
  esac
  say "apt-get install $1${from:+ ($from)}"
  apt_install ${from:+-t "$from"} "$1" || { [ -n "$from" ] && apt_install "$1"; }
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

# Debian starts a server after its installation. The tests start their own servers, so none is started now or at boot.
policy=/usr/sbin/policy-rc.d
own_policy=
epmd_was_running=
keep_services_stopped() {
  ! has pgrep || ! pgrep -x epmd >/dev/null || epmd_was_running=yes
  [ ! -e "$policy" ] || return 0
  own_policy=yes
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
}

clean_up() {
  status=$?
  [ -z "$own_policy" ] || as_root rm -f "$policy"
  if [ -d /run/systemd/system ]; then
    for service in prosody ejabberd; do
      case " $missing" in
        *" $service "*) as_root systemctl disable -q "$service" || say "$service starts at boot" ;;
      esac
    done
  fi
# The installation of ejabberd starts the name daemon of Erlang, which cannot be stopped while it is in use.
  if [ -z "$epmd_was_running" ] && has epmd && has pgrep && pgrep -x epmd >/dev/null; then
    as_root epmd -kill >/dev/null || say 'epmd is in use and was not stopped'
  fi
  exit "$status"
}

main "$@"
