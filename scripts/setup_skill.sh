#!/bin/sh
# Install the skill for Open Voice OS with an assistant to test it in, into an environment that has
# none of the program's own packages for tests.
#
#   scripts/setup_skill.sh VENV
#
# PYTHON in the environment chooses the interpreter.
set -eu

venv=$1
cd "$(dirname "$0")/.."

wanted=$(cat pyproject.toml skill/pyproject.toml skill/hatch_build.py scripts/setup_skill.sh | cksum)
if [ -f "$venv/.installed" ] && [ "$(cat "$venv/.installed")" = "$wanted" ]; then
    exit 0
fi
"${PYTHON:-python3}" -m venv "$venv"
pip="$venv/bin/python -m pip install --quiet --disable-pip-version-check"
# As a user installs it, and then both as folders, so that a change of either is tested at once.
{ $pip "./skill[test]" && $pip --no-deps --editable . --editable ./skill; } || {
    echo "The skill could not be installed. Check the internet connection, and try again." >&2
    exit 1
}
echo "$wanted" >"$venv/.installed"
