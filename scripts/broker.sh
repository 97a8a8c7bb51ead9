#!/bin/sh
# Install what the tests of the MQTT bridge need: the broker mosquitto. They start one of their own, on
# the loopback address. CI runs this; on a machine with systemd, Debian's package starts a broker
# besides, for that machine only.
# Does nothing, quickly, where it is there already. Where it may not install, it says so and ends
# well: those tests are then skipped, and name what is missing.
set -eu
. "$(dirname "$0")/packages.sh"

installed mosquitto || install_packages mosquitto || echo "The tests with a broker will be skipped." >&2
