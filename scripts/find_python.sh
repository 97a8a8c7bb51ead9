#!/bin/sh
# Print a Python that this project promises to run on, of those that are installed here: by name, or
# below pyenv.
#
#   scripts/find_python.sh newest|oldest|VERSION
set -eu

case ${1:-} in
newest) versions="3.13 3.12 3.11" ;;
oldest) versions="3.11 3.12 3.13" ;;
3.11 | 3.12 | 3.13) versions=$1 ;;
*)
    echo "usage: find_python.sh newest|oldest|3.11|3.12|3.13" >&2
    exit 2
    ;;
esac

for version in $versions; do
    for candidate in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python python3; do
        # A name of pyenv's may be there and run nothing.
        if "$candidate" -c "import sys, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" \
            2>/dev/null; then
            echo "$candidate"
            exit 0
        fi
    done
done
echo "No Python of $versions was found" >&2
exit 1
