#!/bin/sh
# Install what the coach needs, from nothing: PortAudio, libspeexdsp, a virtual environment, the
# packages.
# Does nothing, quickly, where all is there already.
#
#   scripts/setup.sh VENV [EXTRAS]     EXTRAS of pyproject.toml, separated by commas (default: dev)
#
# PYTHON in the environment chooses the interpreter; a virtual environment of another one is made anew.
set -eu

venv=$1
extras=${2:-dev}
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here"

. scripts/packages.sh

find_library() {
    PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep -q "$1"
}

if [ "$(uname -s)" = Linux ]; then
    find_library 'libportaudio\.so\.2' || install_packages libportaudio2
    # Without it the coach still works, but hears little while it speaks.
    find_library 'libspeexdsp\.so\.1' || install_packages libspeexdsp1 || true
fi

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

version_of() {
    "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null || echo none
}

if [ -n "${PYTHON:-}" ] && [ -f "$venv/pyvenv.cfg" ] &&
    [ "$(version_of "$PYTHON")" != "$(version_of "$venv/bin/python")" ]; then
    rm -rf "$venv"
fi

stamp=$venv/.installed-$extras
wanted=$(cat pyproject.toml constraints.txt scripts/setup.sh scripts/packages.sh | cksum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && "$venv/bin/python" -c '' 2>/dev/null; then
    exit 0
fi

python=$(find_python)
if [ -z "$python" ]; then
    echo "Python 3.11, 3.12 or 3.13 is needed${PYTHON:+, which $PYTHON is not}." \
        "Type:  sudo apt-get install python3 python3-venv" >&2
    exit 1
fi
if ! "$venv/bin/python" -c '' 2>/dev/null; then
    # Debian keeps venv's installer in a package of its own.
    "$python" -c 'import ensurepip' 2>/dev/null || install_packages python3-venv
    echo "Making the virtual environment $venv"
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi
echo "Installing the Python packages (some minutes, once)"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --constraint constraints.txt --editable ".[$extras]" || {
    echo "The Python packages could not be installed. Check the internet connection, and try again." >&2
    exit 1
}
echo "$wanted" >"$stamp"
