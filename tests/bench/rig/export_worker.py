"""A worker's share of one export, in a process of its own, so that its peak memory is the export's: `SELLER JOB`."""

import importlib
import json
import resource
import sys
import time

import django


def main(*, seller_id: int, job_id: int) -> None:
    django.setup()
    jobs = importlib.import_module("relay.jobs")  # only now do the settings stand
    begun = time.perf_counter()
    while jobs.run_chunk(seller_id=seller_id, job_id=job_id) is not None:
        pass
    seconds = time.perf_counter() - begun
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": peak_mb}))


if __name__ == "__main__":
    main(seller_id=int(sys.argv[1]), job_id=int(sys.argv[2]))
