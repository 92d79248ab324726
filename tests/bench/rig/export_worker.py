"""A worker's share of one job, in a process of its own, so that its peak memory is the export's: `SELLER JOB`."""

import importlib
import json
import sys
import time
from pathlib import Path

import django


def main(*, seller_id: int, job_id: int) -> None:
    django.setup()
    jobs = importlib.import_module("relay.jobs")  # only now do the settings stand
    begun = time.perf_counter()
    while jobs.run_chunk(seller_id=seller_id, job_id=job_id) is not None:
        pass
    seconds = time.perf_counter() - begun
    peak_mb = _peak_kb() / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": peak_mb}))


def _peak_kb() -> int:
    """Of this program alone: the figure of `getrusage` begins with the size of whoever started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(seller_id=int(sys.argv[1]), job_id=int(sys.argv[2]))
