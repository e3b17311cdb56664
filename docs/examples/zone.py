"""Draws where a trigger point of the Knead atlas is felt, on a body from the front and
from the back, as an SVG picture. Reads the JSON file; needs Python 3 and nothing else.

    knead atlas export -o atlas.json
    python3 docs/examples/zone.py atlas.json levator-scapulae-1 > zone.svg
"""

import json
import math
import sys


def main(file, name):
    with open(file, encoding="utf-8") as text:
        atlas = json.load(text)
    points = {p["id"]: p for m in atlas["muscles"] for p in m["points"]}
    if name not in points:
        sys.exit(f"zone: there is no point {name!r}")
    point, cells = points[name], atlas["surface"]["cells"]

    colour = {}
    for part, paint in (("spillover", "#d98a2b"), ("essential", "#b3261e")):
        zone = point["zone"][part]
        for cell, weight in zip(zone["cells"], zone["weights"]):
            colour[cell] = (paint, weight)

    print('<svg xmlns="http://www.w3.org/2000/svg" viewBox="-40 0 160 172" width="960">')
    print(f"<title>{name}: {atlas['header']['credit']}</title>")
    for cell, x in enumerate(cells["x"]):
        if cells["hidden"][cell]:
            continue
        # CHOIR numbers what is seen from the front from 101 on, from the back from 201.
        front = cells["choir"][cell] < 200
        left = x if front else 80 - x
        top = 170 - cells["y"][cell]
        radius = 1.4 * math.sqrt(cells["area"][cell] / math.pi)  # no gaps between long cells
        paint, weight = colour.get(cell, ("#d9d4cc", 1))
        print(f'<circle cx="{left:.2f}" cy="{top:.2f}" r="{radius:.2f}" fill="#d9d4cc"/>')
        if cell in colour:
            print(f'<circle cx="{left:.2f}" cy="{top:.2f}" r="{radius:.2f}" fill="{paint}" fill-opacity="{weight}"/>')
    middle = point["cell"]
    left = cells["x"][middle] if cells["choir"][middle] < 200 else 80 - cells["x"][middle]
    print(f'<circle cx="{left:.2f}" cy="{170 - cells["y"][middle]:.2f}" r="1" fill="none" stroke="#000" stroke-width="0.4"/>')
    print("</svg>")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("write: zone.py atlas.json POINT")
    sys.stdout.reconfigure(encoding="utf-8")
    main(*sys.argv[1:])
