"""Every tool of three servers, bare and behind the proxy: the same answers, but for what
`differences.py` lists.

    same.py OPENPASS-GUARD OPENPASS SERVERS
"""

import json
import re
import sys

from calls import CALLS, OTHERS
from differences import expected
from stage import Stage

# What a server says of the time: of files, of the call, and of a resource.
TIMES = re.compile(
    r"(?:created|modified|accessed): [^\n]*"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z|\d{1,2}:\d\d:\d\d [AP]M|\d+(?:\.\d+)?ms"
)


def timeless(answer):
    """The answer with its times as `TIME`."""
    if isinstance(answer, str):
        return TIMES.sub("TIME", answer)
    if isinstance(answer, list):
        return [timeless(each) for each in answer]
    if isinstance(answer, dict):
        return {name: timeless(each) for name, each in answer.items()}
    return answer


def play(client, calls, others):
    """What a client sees of a server: each request, its answer and its progress."""
    with client:
        seen = [("initialize", client.hello, []), ("tools/list", client.tools(), [])]
        left_out = {tool["name"] for tool in seen[1][1]} - {name for name, _ in calls}
        if left_out:
            sys.exit(f"calls.py calls no {', '.join(sorted(left_out))}")
        for tool, arguments in calls:
            meta = {"progressToken": "mine"}
            params = {"name": tool, "arguments": arguments, "_meta": meta}
            answer = client.ask("tools/call", params)
            seen.append((tool, timeless(answer), client.progress))
        for method, params in others:
            seen.append((method, timeless(client.ask(method, params)), client.progress))
    return seen


def compare(stage, name):
    """The number of answers that are the same, and of those that differ as expected."""
    command, namespace = stage.server(name), name.capitalize()
    stage.accept(command, namespace, "routine")
    stage.permit(namespace)
    others = OTHERS if name == "everything" else []
    seen = []
    for start in (stage.bare, lambda command: stage.guarded(command, namespace)):
        stage.fresh()
        seen.append(play(start(command), CALLS[name](stage), others))
    same, differ, wrong = 0, [], 0
    for bare, guarded in zip(*seen, strict=True):
        if bare == guarded:
            same += 1
            continue
        reason = expected(bare, guarded)
        if reason:
            differ.append(f"{bare[0]}: {reason}")
            continue
        wrong += 1
        print(f"{name}, {bare[0]}\n  bare:    {json.dumps(bare)}\n  guarded: {json.dumps(guarded)}")
    print(f"{name}: {same} answers are the same, {len(differ)} differ as expected")
    for line in differ:
        print(f"  {line}")
    return wrong


with Stage() as stage:
    if sum([compare(stage, name) for name in CALLS]):
        sys.exit("the proxy changes what a client sees of a server")
