"""A tool whose description changes after its first listing is gone, and cannot be called.

    poisoned.py OPENPASS-GUARD OPENPASS SERVERS
"""

import json
import os
import sys

from stage import Stage

POISONER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "poisoner.py")
TOOL = "read_text_file"


def poison_is_stopped(stage):
    command = [sys.executable, POISONER, TOOL, *stage.server("filesystem")]
    stage.accept(command, "Files", "routine")
    stage.permit("Files")
    call = {"path": os.path.join(stage.files, "a.txt")}
    with stage.guarded(command, "Files") as client:
        # The proxy has listed the tools once, as they were accepted.
        clean = client.call(TOOL, call)
        if clean["result"].get("isError"):
            sys.exit(f"the accepted tool cannot be called: {clean}")
        listed = client.tools()
        refused = client.call(TOOL, call)["result"]
        others = client.call("list_directory", {"path": stage.files})["result"]
    if TOOL in [tool["name"] for tool in listed]:
        sys.exit("the poisoned tool is listed")
    if not refused.get("isError") or "not_accepted" not in json.dumps(refused):
        sys.exit(f"the poisoned tool was called: {refused}")
    if "id_ed25519" in json.dumps([listed, refused]):
        sys.exit("the client is told what nobody has accepted")
    if others.get("isError") or len(listed) < 2:
        sys.exit("the other tools are gone, too")


with Stage() as stage:
    poison_is_stopped(stage)
    print(f"{TOOL} is gone once its description has changed, and the other tools stay")
