"""The unit under a real user's service manager, in its own namespaces, if root permits."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from voice_coach.service.unit import Unit, text

pytestmark = [pytest.mark.slow, pytest.mark.systemd]

ROOT = Path(__file__).resolve().parents[2]
MANAGER = Path("/usr/lib/systemd/systemd")
SETPRIV = Path("/usr/bin/setpriv")
PYTHON = Path("/usr/bin/python3")
"""The system's: that of the tests may lie where the unit may not look."""

NOBODY = 65534
HOME = Path("/home/listener")
DATA = HOME / "data"
AUDIO = 29
SOUND = "/dev/shm/vc-test-sound"
"""Stands in for a sound card: a file in /dev that belongs to root and the group `audio`."""

PROGRAM = """
import json, os, socket, sys, time
from pathlib import Path
sys.path.insert(0, {home!r})
from voice_coach.service import Heartbeat, supervisor

def outcome(attempt):
    try:
        attempt()
    except OSError as error:
        return type(error).__name__ + " " + str(error.errno)
    return "done"

def serve(name):
    with socket.socket(socket.AF_UNIX) as serving:
        os.fchmod(serving.fileno(), 0o600)
        serving.bind(os.path.join(os.environ["XDG_RUNTIME_DIR"], name))

what = sys.argv[1]
if what == "beats":
    Path({data!r}, "seen").write_text(json.dumps({{
        "unix": outcome(lambda: socket.socket(socket.AF_UNIX)),
        "internet": outcome(lambda: socket.socket(socket.AF_INET)),
        "internet6": outcome(lambda: socket.socket(socket.AF_INET6)),
        "home": outcome(lambda: Path({home!r}, "x").write_text("")),
        "system": outcome(lambda: Path("/var/tmp/x/y").write_text("")),
        "state": outcome(lambda: serve("voice-coach/state.sock")),
        "beside": outcome(lambda: serve("state.sock")),
        "sound": outcome(lambda: open("{sound}", "r+b").close()),
        "interfaces": [line.split(":")[0].strip() for line in open("/proc/self/net/dev")][2:],
        "folder": os.getcwd(),
    }}))
if what.isdigit():
    sys.exit(int(what))
heart = Heartbeat(16000, supervisor())
begun = time.monotonic()
while True:
    # "hangs" gives one sign of life, and then its clock stands still.
    heart.beat(1 if what == "hangs" else round(16000 * (time.monotonic() - begun)))
    time.sleep(0.1)
"""

NEW = ("unshare", "--mount", "--pid", "--fork", "--mount-proc", "--cgroup")

NAMESPACE = """
set -e
mount --make-rprivate /
umount -R /sys/fs/cgroup
mount -t tmpfs none /dev/shm
mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs none /run
mount -t tmpfs none /home
mkdir -p /run/systemd/system /run/systemd/unit-root /run/user {home} {data} /sys/fs/cgroup/vc-test/m
cp -r "$1"/. {home}
touch {sound}
chown -R {uid}:{uid} /run/user {home} /sys/fs/cgroup/vc-test
chmod 700 /run/user
chown 0:{audio} {sound}
chmod 660 {sound}
echo $$ >/sys/fs/cgroup/vc-test/m/cgroup.procs
exec setpriv --reuid {uid} --regid {uid} --groups {audio} env -i PATH=/usr/bin:/bin HOME={home} \
    XDG_RUNTIME_DIR=/run/user sh -c "$2"
"""

SESSION = """
{manager} --user --log-target=null &
for i in $(seq 50); do [ -S /run/user/systemd/private ] && break; sleep 0.1; done
systemctl --user is-system-running --wait >/dev/null || true
systemctl --user show --property=Version >/dev/null || exit 77
systemd-run --user --wait --quiet --property=PrivateUsers=yes --property=ProtectSystem=strict \
    true || exit 78
systemctl --user start --no-block vc-beats vc-hangs vc-3 vc-7 vc-130
sleep 7
for unit in beats hangs 3 7 130; do
    echo "== $unit"
    systemctl --user show vc-$unit \
        --property=ActiveState,SubState,StatusText,NRestarts,ExecMainStatus,Result
done
systemctl --user stop vc-beats
echo "== stopped"
systemctl --user show vc-beats --property=ActiveState,Result
echo "== seen"
cat {data}/seen
kill $!
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The outcome of each unit, after some seconds under a real service manager."""
    if os.geteuid() != 0 or not all(map(os.path.exists, (MANAGER, PYTHON, SETPRIV))):
        pytest.skip("a user's service manager can be tried only as root, with systemd installed")
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(
        ROOT / "voice_coach",
        home / "voice_coach",
        ignore=lambda folder, names: [
            n for n in names if not n.endswith((".py", ".in")) and "." in n
        ],
    )
    (home / "program.py").write_text(PROGRAM.format(home=str(HOME), data=str(DATA), sound=SOUND))
    units = home / ".config/systemd/user"
    units.mkdir(parents=True)
    for what in ("beats", "hangs", "3", "7", "130"):
        written = text(Unit((str(PYTHON), str(HOME / "program.py"), what), (DATA,)))
        # The same unit, only faster.
        faster = written.replace("WatchdogSec=60", "WatchdogSec=2").replace(
            "RestartSec=30", "RestartSec=1"
        )
        (units / f"vc-{what}.service").write_text(faster)
    script = NAMESPACE.format(home=HOME, data=DATA, uid=NOBODY, audio=AUDIO, sound=SOUND)
    session = SESSION.format(manager=MANAGER, data=DATA)
    result = subprocess.run(
        [*NEW, "sh", "-c", script, "sh", str(home), session],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    parts = result.stdout.split("== ")
    if len(parts) < 8:
        pytest.skip(f"no user's service manager can be run here: {result.stderr.strip()[-200:]}")
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts[1:]}


def test_it_is_ready_and_fed(outcome: dict[str, str]) -> None:
    assert "ActiveState=active" in outcome["beats"]
    assert "StatusText=Listening." in outcome["beats"]
    assert "NRestarts=0" in outcome["beats"]


def test_a_ring_that_stands_still_is_started_anew(outcome: dict[str, str]) -> None:
    assert "NRestarts=0" not in outcome["hangs"]


def test_what_needs_a_person_is_not_tried_again_and_what_may_mend_itself_is(
    outcome: dict[str, str],
) -> None:
    assert "ActiveState=failed" in outcome["3"]
    assert "NRestarts=0" in outcome["3"]
    for code in ("7", "130"):
        assert "NRestarts=0" not in outcome[code]


def test_being_stopped_is_no_failure(outcome: dict[str, str]) -> None:
    assert "Result=success" in outcome["stopped"]
    assert "ActiveState=inactive" in outcome["stopped"]


def test_it_can_reach_no_network_and_write_only_where_it_may(outcome: dict[str, str]) -> None:
    seen = json.loads(outcome["seen"])
    assert seen["unix"] == "done"
    for family in ("internet", "internet6"):
        assert seen[family] == "OSError 97"  # EAFNOSUPPORT
    assert seen["home"] == "OSError 30"  # EROFS
    assert seen["system"] != "done"
    assert (seen["state"], seen["beside"]) == ("done", "OSError 30")
    assert seen["interfaces"] == ["lo"]
    assert seen["folder"] == str(DATA)


def test_it_keeps_the_groups_by_which_it_may_use_the_sound_card(outcome: dict[str, str]) -> None:
    assert json.loads(outcome["seen"])["sound"] == "done"
