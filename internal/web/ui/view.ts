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
  private tears = new Uint16Array(0); // where neighbours in the picture are none on the skin
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
    this.tears = steps.subarray(map.length);
  }

  /** Whether the picture tears the skin between a step of the map and the one to its right, or below it. */
  private torn(step: number, below: boolean): boolean {
    return ((this.tears[step >> 3] >> (2 * (step & 7) + (below ? 1 : 0))) & 1) === 1;
  }

  /** The cell at a place given in steps of the map; -1 on paper. */
  cell(x: number, y: number): number {
    const mx = Math.floor(x);
    const my = Math.floor(y);
    if (mx < 0 || my < 0 || mx >= this.mw || my >= this.mh) return -1;
    return this.map[my * this.mw + mx] - 1;
  }

  /**
   * The cells within r steps of the line from a to b, as far as skin leads there: a
   * brush on one finger does not paint the next, and one on the neck not the jaw before it.
   */
  along(ax: number, ay: number, bx: number, by: number, r: number): Set<number> {
    const x0 = Math.max(0, Math.floor(Math.min(ax, bx) - r));
    const x1 = Math.min(this.mw - 1, Math.ceil(Math.max(ax, bx) + r));
    const y0 = Math.max(0, Math.floor(Math.min(ay, by) - r));
    const y1 = Math.min(this.mh - 1, Math.ceil(Math.max(ay, by) + r));
    if (x1 < x0 || y1 < y0) return new Set();
    const w = x1 - x0 + 1;
    const under = new Uint8Array(w * (y1 - y0 + 1)); // 1 under the brush and skin, 2 reached
    const dx = bx - ax;
    const dy = by - ay;
    const length = dx * dx + dy * dy;
    const start: number[] = [];
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        if (!this.map[y * this.mw + x]) continue;
        const t = length ? Math.min(1, Math.max(0, ((x + 0.5 - ax) * dx + (y + 0.5 - ay) * dy) / length)) : 0;
        const d = (x + 0.5 - ax - t * dx) ** 2 + (y + 0.5 - ay - t * dy) ** 2;
        if (d > r * r) continue;
        const i = (y - y0) * w + (x - x0);
        under[i] = 1;
        if (d <= 1) start.push(i);
      }
    }
    const cells = new Set<number>();
    const take = (i: number): void => {
      cells.add(this.map[(y0 + Math.floor(i / w)) * this.mw + x0 + (i % w)] - 1);
    };
    if (start.length === 0) { // the middle of the brush is beside the body
      for (let i = 0; i < under.length; i++) if (under[i]) take(i);
      return cells;
    }
    for (const i of start) under[i] = 2;
    const reach = (j: number, torn: boolean): void => {
      if (under[j] !== 1 || torn) return;
      under[j] = 2;
      start.push(j);
    };
    while (start.length > 0) {
      const i = start.pop() as number;
      take(i);
      const x = i % w;
      const step = (y0 + Math.floor(i / w)) * this.mw + x0 + x;
      if (x > 0) reach(i - 1, this.torn(step - 1, false));
      if (x < w - 1) reach(i + 1, this.torn(step, false));
      reach(i - w, this.torn(step - this.mw, true));
      reach(i + w, this.torn(step, true));
    }
    return cells;
  }

  /** Where the cells of a mark are seen, with a border that the blur needs; null when none is. */
  extent(mark: Mark): (Box & { edge: number; cx: number; cy: number; n: number }) | null {
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
    const edge = this.passes + 3;
    return { x: x0 - edge, y: y0 - edge, w: x1 - x0 + 2 * edge + 1, h: y1 - y0 + 2 * edge + 1, edge, cx: sx / n, cy: sy / n, n };
  }

  /** How often the mask is blurred: cells are larger in a close-up, and must not show. */
  private get passes(): number {
    const cell = (0.5 * this.scale) / this.unit; // steps across a cell of the skin, about
    return Math.min(12, Math.max(3, Math.round((0.42 * cell) ** 2 / 0.67)));
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
      return { level, d: outline(mask, box, this.unit, this.passes) };
    });
  }
}
