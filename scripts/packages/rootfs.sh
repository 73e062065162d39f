#!/bin/sh
# Puts together the root file system of the container image: rootfs.sh EXECUTABLE FOLDER
# It has the executable, its libraries, the CA certificates of this system and a user; no shell, and nothing to install more with.
set -eu
umask 022

executable=$1
root=$2
certificates=/etc/ssl/certs/ca-certificates.crt
[ -r "$certificates" ] || { echo "rootfs.sh: $certificates is missing: install ca-certificates" >&2 && exit 1; }

mkdir -p "$root/dev" "$root/proc" "$root/sys" "$root/etc"
install -d -m 1777 "$root/tmp"
install -d -m 755 "$root/home/xmpp"
install -D -m 755 "$executable" "$root/usr/bin/xmpp"
install -D -m 644 "$executable.licences.txt" "$root/usr/share/doc/xmpp-cli/licences.txt"
install -D -m 644 "$certificates" "$root$certificates"
# The paths in "NAME => PATH (ADDRESS)" and in "PATH (ADDRESS)", the loader.
ldd "$executable" | sed -n 's|^[^/]*\(/[^ ]*\) (.*|\1|p' | while read -r library; do
  install -D -m 755 "$library" "$root$library"
done
# The user of the image. Other users than root cannot give a folder away, and are that user themselves.
[ "$(id -u)" -ne 0 ] || chown 65532:65532 "$root/home/xmpp"
echo 'xmpp:x:65532:65532:xmpp:/home/xmpp:/nonexistent' >"$root/etc/passwd"
echo 'xmpp:x:65532:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
