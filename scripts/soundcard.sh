#!/bin/sh
# Install what the tests with a sound card made of software need: PipeWire and its tools. Nothing
# of it is started or set up here; tests/soundcard does that in a folder of its own.
# Does nothing, quickly, where all is there already. Where it may not install, it says so and ends
# well: those tests are then skipped, and name what is missing.
set -eu
. "$(dirname "$0")/packages.sh"

lacking=
for package in libportaudio2 libasound2-plugins pipewire pipewire-bin pipewire-pulse pipewire-alsa \
    wireplumber libspa-0.2-modules dbus pulseaudio-utils; do
    installed "$package" || lacking="$lacking $package"
done
[ -n "$lacking" ] || exit 0
# Word by word; their services are not wanted on the machine itself.
# shellcheck disable=SC2086
install_packages $lacking || echo "The tests with a sound card will be skipped." >&2
