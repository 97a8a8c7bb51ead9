#!/bin/sh
# Install what the tests with a sound card made of software need: PipeWire and its tools. Nothing
# of it is started or set up here; tests/soundcard does that in a folder of its own.
# Does nothing, quickly, where all is there already. Where it may not install, it says so and ends
# well: those tests are then skipped, and name what is missing.
set -eu

packages="libportaudio2 libasound2-plugins pipewire pipewire-bin pipewire-pulse pipewire-alsa
wireplumber libspa-0.2-modules dbus pulseaudio-utils"

lacking=
for package in $packages; do
    if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed'; then
        lacking="$lacking $package"
    fi
done
[ -n "$lacking" ] || exit 0

by_hand="The tests with a sound card will be skipped. To have them, type:  sudo apt-get install$lacking"
if ! command -v apt-get >/dev/null; then
    echo "The tests with a sound card will be skipped: they need PipeWire and apt-get." >&2
    exit 0
elif [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=sudo
else
    echo "$by_hand" >&2
    exit 0
fi

echo "Installing the system packages$lacking"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Their services are not wanted on the machine itself, and neither are recommended packages.
install() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $lacking
}
{ install || { $as_root apt-get update -q && install; }; } >"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    echo "$by_hand" >&2
}
