#!/bin/sh
# Puts together the root file system of the container image: rootfs.sh EXECUTABLE FOLDER
# It has the executable, its libraries, the CA certificates of this system and a user; no shell, and nothing to install more with.
set -eu
umask 022

executable=$1
root=$2
certificates=/etc/ssl/certs/ca-certificates.crt
[ -r "$certificates" ] || { echo "rootfs.sh: $certificates is missing: install ca-certificates" >&2 && exit 1; }

mkdir -p "$root/dev" "$root/proc" "$root/sys" "$root/etc" "$root/var/lib/dpkg/status.d"
install -d -m 1777 "$root/tmp"
install -d -m 755 "$root/home/xmpp"
install -D -m 755 "$executable" "$root/usr/bin/xmpp"
install -D -m 644 "$executable.licences.txt" "$root/usr/share/doc/xmpp-cli/licences.txt"
install -D -m 644 "$certificates" "$root$certificates"

# The paths in "NAME => PATH (ADDRESS)" and in "PATH (ADDRESS)", the loader. dpkg knows some files of /lib by their path in /usr/lib.
libraries=$(ldd "$executable" | sed -n 's|^[^/]*\(/[^ ]*\) (.*|\1|p')
packages=ca-certificates
for library in $libraries; do
  install -D -m 755 "$library" "$root$library"
  package=$(dpkg-query --search "$library" 2>/dev/null || dpkg-query --search "/usr$library")
  packages="$packages ${package%%:*}"
done

# The licences of these packages of Debian, and their versions, where scanners for known vulnerabilities look for them.
for package in $packages; do
  install -D -m 644 "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/copyright"
  dpkg-query --status "$package" >"$root/var/lib/dpkg/status.d/$package"
done
install -m 644 /etc/os-release "$root/etc/os-release"

# The user of the image. Other users than root cannot give a folder away, and are that user themselves.
[ "$(id -u)" -ne 0 ] || chown 65532:65532 "$root/home/xmpp"
echo 'xmpp:x:65532:65532:xmpp:/home/xmpp:/nonexistent' >"$root/etc/passwd"
echo 'xmpp:x:65532:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
