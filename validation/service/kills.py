"""Is anything lost when the service is killed while people save?

Clients save through real pages, without a pause.  The whole service is killed
(SIGKILL, all its processes at once) at random moments and started again.  Afterwards
what clients were told is compared with the database, and the database with its audit
log.  Exits 1 when something acknowledged is missing, when something stands without its
audit line or a line without its deed, or when the database or the log is damaged.

    python validation/service/kills.py
    scripts/with-postgresql python validation/service/kills.py

``--unsafe`` proves that this can fail: the same code and the same kills, without the
transaction around each request.  It exits 1 when nothing was found torn.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from running import HERE, Service, embedded, inside, prepare, server_edition
from writing import Writers

CLIENTS = 16
KILLS = 50
LONGEST = 0.6  # seconds that a service lives, once the first write is acknowledged
STARTING = 1.5  # seconds that a start takes, about
SECONDS = 60.0
SEED = 20_261_123
TORN = ("without_line", "line_without_deed")
WRONG = ("lost", "refused_and_there", "never_sent", *TORN, "chain", "database")


def service_in(home: Path, *, unsafe: bool) -> Service:
    """Return the edition that the environment asks for."""
    more = {}
    if unsafe:
        paths = [str(HERE), os.environ.get("PYTHONPATH", "")]
        more["PYTHONPATH"] = os.pathsep.join(p for p in paths if p)
        more["DJANGO_SETTINGS_MODULE"] = "without_transactions"
    database = os.environ.get("CANDELA_DATABASE", "")
    if database:
        return server_edition(home, database, more=more)
    return embedded(home, more=more)


def tormented(service: Service, writers: Writers, kills: int) -> list[float]:
    """Kill and start the service again and again; return how long each start took.

    Four of five kills come once people save again, and hit the midst of it.  The fifth
    hits the start.
    """
    rng = random.Random(SEED)
    starts = []
    for number in range(kills):
        if number % 5 == 4:
            service.kill()
            service.launch()
            time.sleep(rng.uniform(0, STARTING))
        else:
            writers.wait_until_saved(SECONDS)
            time.sleep(rng.uniform(0, LONGEST))
        service.kill()
        starts.append(service.start())
    writers.wait_until_saved(SECONDS)
    return starts


def main() -> int:
    """Print one line of figures and return the exit code."""
    parser = argparse.ArgumentParser(description="Kill the service while people save.")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--unsafe", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="candela-kills-") as place:
        home = Path(place) / "home"
        home.mkdir(mode=0o700)
        service = service_in(home, unsafe=asked.unsafe)
        prepared = prepare(service, CLIENTS)
        service.start()
        try:
            writers = Writers(service.port, prepared)
            writers.start()
            starts = tormented(service, writers, asked.kills)
            ledger = writers.stop()
        finally:
            service.kill()
        found = inside(service, "examine", str(ledger.write(Path(place) / "ledger")))
    found["unexpected"] = ledger.unexpected[:5]
    print(
        f"{edition(service)}: {asked.kills} kills, {CLIENTS} clients, "
        f"{len(ledger.acknowledged):,} writes acknowledged, {len(ledger.cut):,} cut, "
        f"{found['written']:,} there; "
        + ", ".join(f"{name} {number(found[name])}" for name in WRONG)
        + f"; ready again in {statistics.median(starts):.2f} s (median), "
        f"{max(starts):.2f} s (longest)"
    )
    return judged(found, unsafe=asked.unsafe)


def edition(service: Service) -> str:
    """Return the edition in words."""
    which = "postgresql" if "CANDELA_DATABASE" in service.environment else "sqlite"
    return f"kills, {which}"


def number(found: object) -> int:
    """Return how many things were found wrong."""
    return len(found) if isinstance(found, list) else int(bool(found))


def judged(found: dict[str, object], *, unsafe: bool) -> int:
    """Say what is wrong, and return the exit code."""
    if unsafe:
        torn = sum(number(found[name]) for name in TORN)
        if torn == 0:
            print("nothing was torn: this proof cannot fail", file=sys.stderr)
        return int(torn == 0)
    wrong = {name: found[name] for name in (*WRONG, "unexpected") if found[name]}
    for name, what in wrong.items():
        shown = what[:5] if isinstance(what, list) else what
        print(f"{name}: {shown}", file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
