"""`make drill [CASE=a,b]`: prints the table, writes `.run/drill.json`, fails only when something is incorrect."""

import sys

from console.launch import places
from tests import cases, drills, report

COLUMNS = ("case", "check", "expected", "got", "ok")


def main() -> int:
    base = places.run_folder()
    rows: list[dict] = []
    for name in cases.chosen(package=drills):
        print(f"drilling {name} …", flush=True)
        env = {"KUAIFA_RUN_DIR": str(base / "drill")}
        rows += cases.run(package="tests.drills", name=name, env=env) or [_broken(name)]
        report.write(path=base / "drill.json", rows=rows)
    report.write(path=base / "drill.json", rows=rows)
    print(report.table(headers=COLUMNS, rows=[[row[column] for column in COLUMNS] for row in rows]))
    return 0 if all(row["ok"] for row in rows) else 1


def _broken(name: str) -> dict:
    return {"case": name, "check": "ran to its end", "expected": True, "got": False, "ok": False}


if __name__ == "__main__":
    sys.exit(main())
