"""Ranks the trigger points of the Knead atlas by how well their zones overlap with
regions that hurt. Reads the CSV tables; needs Python 3 and nothing else.

    knead atlas export --format csv -o tables
    python3 docs/examples/rank.py tables temple eyebrow

It shows how the tables are read. Knead itself ranks by much more.
"""

import csv
import sys
from collections import defaultdict


def table(folder, name):
    with open(f"{folder}/{name}.csv", newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def main(folder, *regions):
    known = {row["id"] for row in table(folder, "regions")}
    for region in regions:
        if region not in known:
            sys.exit(f"rank: there is no region {region!r}")

    area, painted = {}, set()
    for row in table(folder, "cells"):
        area[row["id"]] = float(row["area"])
        if row["region"] in regions and row["side"] == "right":
            painted.add(row["id"])
    everything = sum(area[cell] for cell in area if cell in painted)

    # The area of both over the area of either. What is felt only sometimes counts
    # half (chosen).
    counts = {"essential": 1, "spillover": 0.5}
    zone, both = defaultdict(float), defaultdict(float)
    for row in table(folder, "zones"):
        weight = counts[row["felt"]] * float(row["weight"]) * area[row["cell"]]
        zone[row["point"]] += weight
        if row["cell"] in painted:
            both[row["point"]] += weight

    muscle = {row["id"]: row["name"] for row in table(folder, "muscles")}
    points = {row["id"]: f"{muscle[row['muscle']]}: {row['where']}" for row in table(folder, "points")}
    score = {p: both[p] / (zone[p] + everything - both[p]) for p in points}
    for point in sorted(points, key=lambda p: (-score[p], p))[:10]:
        print(f"{score[point]:.2f}  {point}  {points[point]}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("write: rank.py FOLDER REGION ...")
    sys.stdout.reconfigure(encoding="utf-8")
    main(*sys.argv[1:])
