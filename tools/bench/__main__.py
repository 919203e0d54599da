"""`make bench`: fill a database, serve it, and hold each page against a bare one.

python -m tools.bench                          # both engines, 6,000 units
python -m tools.bench --engine sqlite --units 600
python -m tools.bench --engine sqlite --data /tmp/measured   # keep the data set, and use it again
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from tools import postgres
from tools.bench import measures, report, servers
from tools.bench.visitor import Unexpected, Visitor

ENGINES = ("sqlite", "postgresql")
AS_IN_OFFICES = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "autovacuum": "on",
                 "shared_buffers": "256MB", "effective_cache_size": "1GB"}  # fmt: skip
DOCUMENT = servers.ROOT / "docs" / "performance.md"


def main() -> int:
    """0 when every limit was met."""
    asked = arguments()
    engines = ENGINES if asked.engine == "both" else (asked.engine,)
    results = [run(engine, asked) for engine in engines]
    for result in results:
        print(report.table(result), end="\n\n")
    if asked.write:
        report.write(DOCUMENT, results, f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    missed = [each for result in results for each in result.figures if not each.is_met]
    print(f"{len(missed)} measures over their limit", file=sys.stderr)
    return 1 if missed else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both")
    parser.add_argument("--units", type=int, default=6000)
    parser.add_argument("--complaints", type=int, default=200_000)
    parser.add_argument("--data", type=Path, help="a folder to keep the data set in (SQLite)")
    parser.add_argument("--write", action="store_true", help=f"put the figures into {DOCUMENT.name}")
    return parser.parse_args()


def run(engine: str, asked: argparse.Namespace) -> report.Result:
    load = os.getloadavg()[0]
    with folder(asked.data) as data, database(engine) as url:
        env = servers.environment(data, url)
        path = data / "tracker.sqlite"
        generated_in = None if url is None and path.exists() else servers.fill(env, asked.units, asked.complaints)
        places = measures.Places.found(url or f"sqlite:///{path}")
        log = data / "server.log"
        with servers.bare(env, log) as (bare_port, bare), servers.site(env, log) as (port, process):
            try:
                figures, weights = visit(port, Visitor(bare_port), places, clocks_of(process, bare))
            except Unexpected as problem:
                raise SystemExit(f"{engine}: {problem}\n{log.read_text()[-4000:]}") from problem
            workers = servers.workers_of(process)
            memory = servers.memory_mb(workers), servers.memory_mb([*workers, process.pid])
    return report.Result(engine, asked.units, generated_in, figures, weights, *memory, load)


def clocks_of(site: "subprocess.Popen[bytes]", bare: "subprocess.Popen[bytes]") -> measures.Clocks:
    return measures.Clocks(
        lambda: servers.cpu_ms(servers.workers_of(site)), lambda: servers.cpu_ms(servers.workers_of(bare))
    )


def visit(
    port: int, yardstick: Visitor, places: measures.Places, clocks: measures.Clocks
) -> tuple[list[measures.Figures], list[measures.Weight]]:
    people = {role: Visitor(port).sign_in(name, servers.PASSWORD) for role, name in measures.ROLES.items()}
    weights = measures.weights(people["operator"], places)
    figures = [
        measures.measured(measure, people[measure.role], yardstick, clocks, lambda said: print(said, file=sys.stderr))
        for measure in measures.all_measures(places)
    ]
    return figures, weights


@contextmanager
def folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="tuntas-bench-") as made:
        yield Path(made)


def database(engine: str) -> AbstractContextManager[str | None]:
    return postgres.server(AS_IN_OFFICES) if engine == "postgresql" else nullcontext(None)


if __name__ == "__main__":
    raise SystemExit(main())
