"""What the fuzzer found: `fuzzed.py FOLDER`."""

import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
summary = json.loads((folder / "run_summary.json").read_text())
assert summary["status"] == "completed", summary
assert summary["tool_discovery"]["tool_count"] == 12, summary
assert not (folder / "crashes").exists()
for finding in json.loads((folder / "findings.json").read_text())["findings"]:
    evidence = finding["evidence"]
    if finding["category"] == "accepted_malformed":
        # To it, an answer that is no error is one. No tool that takes arguments answers attacks.
        assert finding["kind"] != "tool" or evidence["input"] == {}, finding
    else:
        # Reading and network together: it takes `rotate_token` for the one, `get_request` for the other.
        assert evidence.get("check_id") == "CC1", finding
runs = sum(tool["total_runs"] for tool in summary["tools"]["by_name"].values()) + summary["protocols"]["total_runs"]
print(f"{runs} runs: no crash, no hang, no leak")
