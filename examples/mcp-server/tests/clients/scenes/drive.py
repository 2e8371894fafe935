"""Plays every scene with the `mcp` SDK as the client."""

import asyncio
import sys
import time

import approving
import dialogs
import looking

ONLY = sys.argv[1:]

for scene in looking.SCENES + approving.SCENES + dialogs.SCENES:
    if ONLY and scene.__name__ not in ONLY:
        continue
    start = time.monotonic()
    asyncio.run(asyncio.wait_for(scene(), 120))
    print(f"{time.monotonic() - start:5.1f} s  {scene.__name__}", flush=True)
