// The drawing: marks of cells with a level each, the same model as package body has,
// and the plain text in which it travels (see wire.go).

export interface Mark {
  quality: string;
  depth: string;
  levels: Map<number, number>; // cell -> level 1..10
}

const maxMarks = 16; // as in package body

export class Drawing {
  marks: Mark[] = [];
  current = -1;
  private past: string[] = [];
  private future: string[] = [];

  constructor(text: string) {
    this.marks = read(text);
    this.current = this.marks.length - 1;
  }

  get text(): string {
    return this.marks.map(write).join("\n");
  }

  get mark(): Mark | undefined {
    return this.marks[this.current];
  }

  /** Remembers the drawing as it is, before something changes it. */
  remember(): void {
    this.past.push(this.text);
    if (this.past.length > 100) this.past.shift();
    this.future = [];
  }

  undo(): boolean {
    return this.travel(this.past, this.future);
  }

  redo(): boolean {
    return this.travel(this.future, this.past);
  }

  private travel(from: string[], to: string[]): boolean {
    const text = from.pop();
    if (text === undefined) return false;
    to.push(this.text);
    this.marks = read(text);
    this.current = this.marks.length - 1;
    return true;
  }

  /** Makes a new mark the current one; when there are too many, the last one goes on. */
  begin(level: number): Mark {
    if (this.marks.length >= maxMarks) {
      this.current = this.marks.length - 1;
      return this.marks[this.current];
    }
    this.marks.push({ quality: "", depth: "", levels: new Map() });
    this.current = this.marks.length - 1;
    this.level = level;
    return this.marks[this.current];
  }

  level = 5; // of the next stroke

  /** Gives cells to the current mark; a cell belongs to one mark at a time. */
  paint(cells: Iterable<number>): void {
    const mark = this.mark ?? this.begin(this.level);
    const level = topLevel(mark) || this.level;
    for (const cell of cells) {
      for (const other of this.marks) if (other !== mark) other.levels.delete(cell);
      mark.levels.set(cell, level);
    }
  }

  erase(cells: Iterable<number>): void {
    for (const cell of cells) for (const mark of this.marks) mark.levels.delete(cell);
  }

  /** Drops marks that have no cell left. */
  tidy(): void {
    const kept = this.mark;
    this.marks = this.marks.filter((m) => m.levels.size > 0);
    this.current = kept ? this.marks.indexOf(kept) : -1;
    if (this.current < 0) this.current = this.marks.length - 1;
  }

  /** The mark that has one of the cells; the current one if it does. */
  markAt(cells: Iterable<number>): number {
    const list = [...cells];
    const has = (m: Mark | undefined) => m !== undefined && list.some((c) => m.levels.has(c));
    return has(this.mark) ? this.current : this.marks.findIndex(has);
  }

  setLevel(level: number): void {
    this.level = level;
    const mark = this.mark;
    if (mark) for (const cell of mark.levels.keys()) mark.levels.set(cell, level);
  }

  remove(index: number): void {
    this.marks.splice(index, 1);
    this.current = Math.min(this.current, this.marks.length - 1);
  }

  /** How much of the cells is painted, 0 to 1. */
  share(cells: number[]): number {
    if (cells.length === 0) return 0;
    let n = 0;
    for (const cell of cells) if (this.marks.some((m) => m.levels.has(cell))) n++;
    return n / cells.length;
  }
}

export function topLevel(mark: Mark): number {
  let top = 0;
  for (const level of mark.levels.values()) top = Math.max(top, level);
  return top;
}

function read(text: string): Mark[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [quality, depth, ...parts] = line.split(";");
      const levels = new Map<number, number>();
      for (const part of parts) {
        const [level, cells] = part.split(":");
        for (const cell of readRuns(cells)) levels.set(cell, Number(level));
      }
      return { quality, depth, levels };
    });
}

export function readRuns(text: string): number[] {
  const cells: number[] = [];
  for (const run of text.split(",")) {
    if (run === "") continue;
    const [first, last = first] = run.split("-").map(Number);
    for (let c = first; c <= last; c++) cells.push(c);
  }
  return cells;
}

function write(mark: Mark): string {
  const byLevel = new Map<number, number[]>();
  for (const [cell, level] of mark.levels) {
    const cells = byLevel.get(level);
    if (cells) cells.push(cell);
    else byLevel.set(level, [cell]);
  }
  const parts = [...byLevel].sort(([a], [b]) => a - b).map(([level, cells]) => `${level}:${writeRuns(cells)}`);
  return [mark.quality, mark.depth, ...parts].join(";");
}

function writeRuns(cells: number[]): string {
  cells.sort((a, b) => a - b);
  const runs: string[] = [];
  for (let i = 0; i < cells.length; ) {
    let j = i;
    while (j + 1 < cells.length && cells[j + 1] === cells[j] + 1) j++;
    runs.push(i === j ? String(cells[i]) : `${cells[i]}-${cells[j]}`);
    i = j + 1;
  }
  return runs.join(",");
}
