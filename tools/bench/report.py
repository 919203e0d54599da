"""The figures as a table, for the terminal and for docs/performance.md."""

import os
from dataclasses import dataclass
from pathlib import Path

from tools.bench.measures import Figures, Limit, Weight

START, END = "<!-- figures: written by python -m tools.bench --write -->", "<!-- end of figures -->"


@dataclass(frozen=True, slots=True)
class Result:
    """One engine's figures."""

    engine: str
    units: int
    generated_in: float | None
    figures: list[Figures]
    weights: list[Weight]
    worker_mb: float
    all_mb: float
    load: float


def in_words(limit: Limit) -> str:
    parts = [f"median ≤ {limit.median:g} ×"] if limit.median else []
    parts += [f"p95 ≤ {limit.p95:g} ×"] if limit.p95 else []
    parts += [f"p95 < {limit.p95_ms:g} ms"] if limit.p95_ms else []
    return ", ".join(parts)


def table(result: Result) -> str:
    made = f", generated in {result.generated_in:.0f} s" if result.generated_in else ""
    lines = [
        f"### {result.engine}: {result.units:,} units{made}",
        "",
        f"Load of the machine when the run began: {result.load:.1f} on {os.cpu_count()} processors.",
        "",
        "| measure | as | median ms | p95 ms | median × | p95 × | CPU ms | CPU × | limit | met |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |",
    ]
    for each in result.figures:
        measure = each.measure
        figures = (each.median, each.p95, each.ratio, each.ratio_p95, each.page_cpu, each.cpu_ratio)
        cells = [measure.name, measure.role, *(f"{figure:.1f}" for figure in figures), in_words(measure.limit)]
        lines.append(f"| {' | '.join(cells)} | {'yes' if each.is_met else '**no**'} |")
    bare = sorted(each for figures in result.figures for each in figures.bare)
    lines += [
        "",
        f"Bare page: median {bare[len(bare) // 2]:.2f} ms over {len(bare)} requests.",
        f"Memory (PSS): two workers {result.worker_mb:.0f} MB, with the first process {result.all_mb:.0f} MB "
        "(limit: two workers ≤ 200 MB).",
        "",
        "| unit officer's page | first load KB | requests | seen again KB | met (45 KB, 6, 10 KB) |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for weight in result.weights:
        met = weight.first_bytes <= 45 * 1024 and weight.requests <= 6 and weight.again_bytes <= 10 * 1024
        lines.append(
            f"| {weight.name} | {weight.first_bytes / 1024:.1f} | {weight.requests} | "
            f"{weight.again_bytes / 1024:.1f} | {'yes' if met else '**no**'} |"
        )
    return "\n".join(lines)


def write(path: Path, results: list[Result], when: str) -> None:
    """Put the figures between their marks; what people wrote around them stays."""
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    figures = "\n\n".join(table(result) for result in results)
    path.write_text(f"{before}{START}\n\nMeasured on {when}.\n\n{figures}\n\n{END}{after}", encoding="utf-8")
