"""Print name, figure, the bare library's figure, ratio and aim; with ``--check`` exit 1 past an aim."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.benchmarks import backup, documents, keystrokes, lists, outgoing, startup, storing


@dataclass(frozen=True)
class Benchmark:
    """``measure`` gives our figure, the bare one, and further (name, figure) pairs for the record."""

    name: str
    measure: Callable[[], tuple[float, float, dict[str, float]]]
    aim: float
    unit: str = "ms"


BENCHMARKS = (
    Benchmark("start to painted Today page, 42 schools x 10 years", startup.time_to_today, 2.2),
    Benchmark("resident memory then", startup.memory_at_today, 2.0, "MB"),
    Benchmark("autosave of a 10,000-word section, durable", storing.autosave, 1.8),
    Benchmark("tagged 7-page report with a 30-row table", documents.report, 1.8),
    Benchmark("200 reports x 3 recipients over SMTP, journalled", outgoing.submission, 1.4),
    Benchmark("import of a 25,000-row register", storing.register, 3.0),
    Benchmark("open Schools with 25,000 schools (bare: with 42)", lists.schools, 1.5),
    Benchmark("open the Outbox with 786 messages (bare: with 42)", lists.outbox, 4.0),
    Benchmark("a key in the filter of 25,000 schools (bare: of 42)", lists.filter_key, 2.5),
    Benchmark(
        "a key in a report of 10,000 words (bare: a frame)",
        partial(keystrokes.key_beside_a_frame, 10_000),
        1.0,
    ),
    Benchmark(
        "a key in a report of 50,000 words (bare: QTextEdit)", partial(keystrokes.report_key, 50_000), 3.0
    ),
    Benchmark(
        "the window's part of saving 10,000 words (bare: a frame)",
        partial(keystrokes.window_part_of_save, 10_000),
        1.0,
    ),
    Benchmark(
        "the window's part of saving 50,000 words (bare: a frame)",
        partial(keystrokes.window_part_of_save, 50_000),
        1.0,
    ),
    Benchmark("a save while a backup is made (bare: a save alone)", backup.longest_wait, 10.0),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--check", action="store_true", help="exit 1 when a ratio is past its aim")
    parser.add_argument("--megabytes", type=int, default=64, help="of the store that is backed up")
    parser.add_argument("--only", default="", help="a part of the name")
    options = parser.parse_args()
    backup.MEGABYTES = options.megabytes
    print(f"{'what':52}  {'ours':>10}  {'bare':>10}  {'ratio':>6}  {'aim':>6}")
    past = 0
    for each in BENCHMARKS:
        if options.only not in each.name:
            continue
        ours, bare, record = each.measure()
        ratio = ours / bare
        past += ratio > each.aim
        print(
            f"{each.name:52}  {ours:7.1f} {each.unit}  {bare:7.1f} {each.unit}  {ratio:6.2f}  {each.aim:6.1f}{'  PAST' if ratio > each.aim else ''}",
            flush=True,
        )
        for name, figure in record.items():
            print(f"    {name:48}  {figure:7.1f} {each.unit}  {'':10}  {figure / bare:6.2f}", flush=True)
    return 1 if past and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
