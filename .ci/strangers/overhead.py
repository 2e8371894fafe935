"""What the proxy adds to a call that policy lets pass: the time of a call behind it, as a
multiple of the bare server's, in one run.

The medians are printed. The line holds the fastest tenth, which other work of the machine
disturbs less.

    overhead.py OPENPASS-GUARD OPENPASS SERVERS
"""

import os
import statistics
import sys
import time

from stage import Stage

CALLS = 300
WARM_UP = 30
# The most that a call behind the proxy may take, as a multiple of the bare one. Two cores
# took 2.3 to 3.7, with other work on them; more of that has doubled such ratios.
LINE = 6


def tools(stage):
    """Each tool, its server and its arguments."""
    return [
        ("echo", "everything", {"message": "hi"}),
        ("read_graph", "memory", {}),
        ("read_text_file", "filesystem", {"path": os.path.join(stage.files, "a.txt")}),
    ]


def timed(client, tool, arguments):
    begun = time.perf_counter()
    answer = client.call(tool, arguments)
    took = time.perf_counter() - begun
    if answer["result"].get("isError"):
        sys.exit(f"{tool} failed: {answer}")
    return took


def measure(stage, tool, server, arguments):
    """The times of the calls, bare and behind the proxy, one after the other in turn."""
    command, namespace = stage.server(server), server.capitalize()
    stage.accept(command, namespace, "routine")
    stage.permit(namespace)
    stage.fresh()
    bare_times, guarded_times = [], []
    with stage.bare(command) as bare, stage.guarded(command, namespace) as guarded:
        for _ in range(WARM_UP + CALLS):
            bare_times.append(timed(bare, tool, arguments))
            guarded_times.append(timed(guarded, tool, arguments))
    return bare_times[WARM_UP:], guarded_times[WARM_UP:]


def fastest_tenth(times):
    return statistics.quantiles(times, n=10)[0]


def over_the_line(stage, tool, server, arguments):
    bare, guarded = measure(stage, tool, server, arguments)
    medians = statistics.median(bare), statistics.median(guarded)
    ratio = fastest_tenth(guarded) / fastest_tenth(bare)
    print(
        f"{tool}: {medians[0] * 1e3:.2f} ms bare, {medians[1] * 1e3:.2f} ms behind the proxy, "
        f"{medians[1] / medians[0]:.1f} times; of the fastest tenth {ratio:.1f} times, "
        f"and the line is {LINE}"
    )
    return ratio > LINE


with Stage() as stage:
    if any([over_the_line(stage, *each) for each in tools(stage)]):
        sys.exit("a call behind the proxy takes longer than the line allows")
