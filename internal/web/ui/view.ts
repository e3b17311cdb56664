// One view of the body: its cell map, and what can be looked up in it.
import type { Box } from "./contour";
import { outline } from "./contour";
import type { Mark } from "./drawing";

export class View {
  readonly name: string;
  readonly w: number;
  readonly h: number;
  readonly mw: number;
  readonly mh: number;
  readonly scale: number; // view units per cm
  readonly unit: number; // view units per step of the map
  private start = new Uint32Array(0); // first entry of each cell in places
  private places = new Uint32Array(0); // steps of the map, cell by cell
  private map = new Uint16Array(0);
  private loading: Promise<void> | null = null;

  constructor(readonly button: HTMLElement) {
    const d = button.dataset;
    this.name = d.view ?? "";
    this.w = Number(d.w);
    this.h = Number(d.h);
    this.mw = Number(d.mw);
    this.mh = Number(d.mh);
    this.scale = Number(d.scale);
    this.unit = this.w / this.mw;
  }

  get ready(): boolean {
    return this.map.length > 0;
  }

  /** Fetches the map once. */
  load(): Promise<void> {
    this.loading ??= this.fetch();
    return this.loading;
  }

  private async fetch(): Promise<void> {
    const response = await fetch(this.button.dataset.map ?? "");
    const steps = new Uint16Array(await response.arrayBuffer());
    const map = new Uint16Array(this.mw * this.mh);
    let most = 0;
    for (let i = 0; i < map.length; i++) {
      map[i] = i < this.mw ? steps[i] : map[i - this.mw] + steps[i];
      if (map[i] > most) most = map[i];
    }
    const start = new Uint32Array(most + 2);
    for (const cell of map) if (cell) start[cell]++;
    let sum = 0;
    for (let c = 0; c < start.length; c++) {
      sum += start[c];
      start[c] = sum;
    }
    const places = new Uint32Array(sum);
    for (let i = map.length - 1; i >= 0; i--) if (map[i]) places[--start[map[i]]] = i;
    this.start = start;
    this.places = places;
    this.map = map;
  }

  /** The cell at a place given in steps of the map; -1 on paper. */
  cell(x: number, y: number): number {
    const mx = Math.floor(x);
    const my = Math.floor(y);
    if (mx < 0 || my < 0 || mx >= this.mw || my >= this.mh) return -1;
    return this.map[my * this.mw + mx] - 1;
  }

  /** The cells within r steps of the line from a to b. */
  along(ax: number, ay: number, bx: number, by: number, r: number): Set<number> {
    const cells = new Set<number>();
    const x0 = Math.max(0, Math.floor(Math.min(ax, bx) - r));
    const x1 = Math.min(this.mw - 1, Math.ceil(Math.max(ax, bx) + r));
    const y0 = Math.max(0, Math.floor(Math.min(ay, by) - r));
    const y1 = Math.min(this.mh - 1, Math.ceil(Math.max(ay, by) + r));
    const dx = bx - ax;
    const dy = by - ay;
    const length = dx * dx + dy * dy;
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const cell = this.map[y * this.mw + x];
        if (!cell) continue;
        const t = length ? Math.min(1, Math.max(0, ((x + 0.5 - ax) * dx + (y + 0.5 - ay) * dy) / length)) : 0;
        const ox = x + 0.5 - ax - t * dx;
        const oy = y + 0.5 - ay - t * dy;
        if (ox * ox + oy * oy <= r * r) cells.add(cell - 1);
      }
    }
    return cells;
  }

  /** Where the cells of a mark are seen, with a border of four steps; null when none is. */
  extent(mark: Mark): (Box & { cx: number; cy: number; n: number }) | null {
    let x0 = this.mw;
    let x1 = -1;
    let y0 = this.mh;
    let y1 = -1;
    let sx = 0;
    let sy = 0;
    let n = 0;
    for (const cell of mark.levels.keys()) {
      if (cell + 1 >= this.start.length) continue;
      for (let k = this.start[cell + 1]; k < this.end(cell); k++) {
        const x = this.places[k] % this.mw;
        const y = (this.places[k] - x) / this.mw;
        if (x < x0) x0 = x;
        if (x > x1) x1 = x;
        if (y < y0) y0 = y;
        if (y > y1) y1 = y;
        sx += x;
        sy += y;
        n++;
      }
    }
    if (n === 0) return null;
    return { x: x0 - 4, y: y0 - 4, w: x1 - x0 + 9, h: y1 - y0 + 9, cx: sx / n, cy: sy / n, n };
  }

  private end(cell: number): number {
    return cell + 2 < this.start.length ? this.start[cell + 2] : this.places.length;
  }

  /** Path data of a mark, one for each level, the lowest first; each holds the higher ones too. */
  paths(mark: Mark): { level: number; d: string }[] {
    const box = this.extent(mark);
    if (!box) return [];
    const levels = [...new Set(mark.levels.values())].sort((a, b) => a - b);
    return levels.map((level) => {
      const mask = new Float32Array(box.w * box.h);
      for (const [cell, own] of mark.levels) {
        if (own < level || cell + 1 >= this.start.length) continue;
        for (let k = this.start[cell + 1]; k < this.end(cell); k++) {
          const x = this.places[k] % this.mw;
          const y = (this.places[k] - x) / this.mw;
          mask[(y - box.y) * box.w + (x - box.x)] = 1;
        }
      }
      return { level, d: outline(mask, box, this.unit) };
    });
  }
}
