#!/bin/sh
# Import everything, speak a sentence and hear it on a 64-bit ARM, emulated by qemu: the packages
# are those that a Raspberry Pi would take. Skips, and says why, where that cannot be had.
#
#   scripts/aarch64.sh VENV
#
# Nothing of the system is changed but for qemu itself, which is installed where that needs no
# password. Debian's ARM packages are unpacked into .cache/aarch64, and kept there.
set -eu

venv=$1
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here"
work=$here/.cache/aarch64
root=$work/root

skip() {
    echo "skipped check-aarch64: $1"
    exit 0
}

[ "$(uname -s)" = Linux ] || skip "it needs Linux"
if [ "$(uname -m)" = aarch64 ]; then
    mkdir -p "$work/out"
    exec "$venv/bin/python" scripts/aarch64_smoke.py "$work/out"
fi
for tool in apt-get dpkg-deb; do
    command -v $tool >/dev/null || skip "$tool is not here; it needs Debian or its like"
done
. scripts/packages.sh
command -v qemu-aarch64-static >/dev/null || install_packages qemu-user-static || skip "qemu is missing"

# A package list and cache of our own, for the other architecture.
for_arm() {
    apt-get -q -y -o APT::Architecture=arm64 -o APT::Architectures=arm64 \
        -o Dir::State="$work/apt" -o Dir::State::status="$work/apt/status" \
        -o Dir::Cache="$work/apt-cache" -o Debug::NoLocking=1 -o Acquire::Languages=none \
        -o APT::Install-Recommends=0 -o APT::Sandbox::User=root "$@" >"$work/apt.log" 2>&1
}

wanted=$(cat constraints.txt pyproject.toml scripts/aarch64.sh scripts/check_wheels.py | cksum)
if [ "$(cat "$work/stamp" 2>/dev/null)" != "$wanted" ]; then
    rm -rf "$work"
    mkdir -p "$work/apt/lists/partial" "$work/apt-cache/archives/partial" "$root/proc"
    : >"$work/apt/status"
    for_arm update || skip "no Debian packages can be had: $(tail -n 1 "$work/apt.log")"
    for_arm install --download-only python3 libportaudio2 libspeexdsp1 libgomp1 libatomic1 libstdc++6 ||
        skip "no Debian packages for arm64: $(tail -n 1 "$work/apt.log")"
    for package in "$work"/apt-cache/archives/*.deb; do
        dpkg-deb -x "$package" "$root"
    done
    rm -rf "$work/apt-cache"
    # qemu shows the real machine's processor; onnxruntime asks there, and crashes on what is no ARM.
    for processor in 0 1 2 3; do
        printf 'processor\t: %s\nBogoMIPS\t: 108.00\nFeatures\t: fp asimd evtstrm crc32 cpuid\n' $processor
        printf 'CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x0\n'
        printf 'CPU part\t: 0xd08\nCPU revision\t: 3\n\n'
    done >"$root/proc/cpuinfo"
    version=$(basename "$(ls "$root"/usr/bin/python3.[0-9]* | head -n 1)")
    "$venv/bin/python" scripts/check_wheels.py --into "$work/site" "${version#python}" 2>"$work/pip.log" ||
        skip "the Python packages cannot be had: $(tail -n 1 "$work/pip.log")"
    echo "$wanted" >"$work/stamp"
fi

python=$(ls "$root"/usr/bin/python3.[0-9]* | head -n 1)
mkdir -p "$work/out"
# The processor of a Raspberry Pi 4.
HOME=$work/out PYTHONPATH=$work/site:$here PYTHONDONTWRITEBYTECODE=1 \
    exec qemu-aarch64-static -cpu cortex-a72 -L "$root" "$python" scripts/aarch64_smoke.py "$work/out"
