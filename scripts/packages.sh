# To be read in by a shell script: how the scripts here install Debian packages.

# Whether a Debian package is installed.
installed() {
    dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed'
}

# install_packages NAME...: install them, without what they only recommend. As root, or with a sudo
# that asks for nothing; otherwise, or where it fails, say what to type, and return 1.
install_packages() {
    by_hand="Type:  sudo apt-get install $*"
    if ! command -v apt-get >/dev/null; then
        echo "These packages of Debian are missing, and there is no apt-get: $*" >&2
        return 1
    elif [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root=sudo
    else
        echo "System packages are missing. $by_hand" >&2
        return 1
    fi
    echo "Installing the system packages $*"
    log=$(mktemp)
    {
        _apt_install "$@" || { $as_root apt-get update -q && _apt_install "$@"; }
    } >"$log" 2>&1 || {
        tail -n 5 "$log" >&2
        rm -f "$log"
        echo "System packages could not be installed. $by_hand" >&2
        return 1
    }
    rm -f "$log"
}

_apt_install() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}
