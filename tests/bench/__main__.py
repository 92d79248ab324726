"""`make bench [CASE=a,b]`: prints the table, writes `.run/bench.json`, fails only when something is incorrect."""

import sys

from console.launch import places
from tests import bench, cases, report
from tests.bench import ground

COLUMNS = ("case", "metric", "unit", "ours", "reference", "ratio", "goal", "correct")


def main() -> int:
    chosen = cases.chosen(package=bench)
    base = places.run_folder()
    run = base / "bench"
    rows: list[dict] = []
    with ground.cluster(run=run) as cluster:
        env = {"KUAIFA_RUN_DIR": str(run), ground.FOLDER: str(cluster.folder)}
        for name in chosen:
            print(f"measuring {name} …", flush=True)
            rows += cases.run(package="tests.bench", name=name, env=env) or [_broken(name)]
            report.write(path=base / "bench.json", rows=rows)
    report.write(path=base / "bench.json", rows=rows)
    print(report.table(headers=COLUMNS, rows=[[row[column] for column in COLUMNS] for row in rows]))
    return 0 if all(row["correct"] for row in rows) else 1


def _broken(name: str) -> dict:
    return {**dict.fromkeys(COLUMNS), "case": name, "metric": "broke down", "correct": False}


if __name__ == "__main__":
    sys.exit(main())
