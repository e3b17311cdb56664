// The painter: brush, tap and list write the same cells of one drawing. The picture
// and its paths are the page's own SVG; this module looks up cells and redraws.
import { all, announce, one, svg, words } from "./dom";
import { Drawing, readRuns, topLevel } from "./drawing";
import { regionList } from "./regions";
import { View } from "./view";
import { keepWork } from "./work";

const brushes = [1.0, 2.0, 3.6]; // radius in cm on the skin; the middle one is about a palm's heel

interface Row {
  index: number;
  level: number;
  words: string;
  detail: string;
}

export interface Answer {
  marks: Row[];
  found?: string;
  problem?: string;
  state: string;
}

export function painter(): void {
  const board = one("#painter");
  const form = one<HTMLFormElement>("#work");
  if (board && form) new Painter(board, form);
}

export class Painter {
  readonly drawing: Drawing;
  private readonly views: View[];
  private view: View;
  private readonly figure: HTMLElement;
  private readonly zoomed: HTMLElement;
  private readonly picture: SVGSVGElement;
  private readonly ring: SVGCircleElement;
  private readonly field: HTMLInputElement;
  private readonly level: HTMLInputElement;
  private tool = "paint";
  private size = 1;
  private k = 1; // zoom
  private ox = 0; // pan, in css pixels
  private oy = 0;
  private pointers = new Map<number, PointerEvent>();
  private stroke: { id: number; x: number; y: number; new: boolean } | null = null;
  private pinch: { distance: number; x: number; y: number; k: number; ox: number; oy: number } | null = null;
  private regionOf: Uint16Array | null = null;
  private reading = 0;
  private rows: Row[] = [];
  private changed: (() => void)[] = [];
  private readonly kinds = new Map<number, string>(); // signs of the kinds that stand for levels; empty: a drawing of pain

  constructor(
    private readonly board: HTMLElement,
    private readonly form: HTMLFormElement,
  ) {
    this.field = one<HTMLInputElement>("input[name=paint]", form) as HTMLInputElement;
    this.field.disabled = false;
    this.drawing = new Drawing(this.field.value);
    this.views = all(".view", board).map((b) => new View(b));
    this.view = this.views.find((v) => v.button.getAttribute("aria-pressed") === "true") ?? this.views[0];
    this.figure = one("[data-figure]", board) as HTMLElement;
    this.zoomed = one(".zoom", this.figure) as HTMLElement;
    this.picture = one<SVGSVGElement>(".picture", board) as SVGSVGElement;
    this.ring = one<SVGCircleElement>(".brush-ring", board) as SVGCircleElement;
    this.level = one<HTMLInputElement>("#level") as HTMLInputElement;
    for (const kind of (board.dataset.kinds ?? "").split(" ").filter(Boolean)) this.kinds.set(Number.parseInt(kind, 10), kind.replace(/^\d+/, ""));
    for (const radio of all<HTMLInputElement>("[name=kind]", form)) radio.addEventListener("change", () => this.chooseKind(radio));
    this.tools();
    this.pointing();
    this.sheet();
    for (const v of this.views) {
      v.button.addEventListener("click", (e) => {
        e.preventDefault();
        void this.show(v);
      });
    }
    regionList(this);
    this.shapeOfFigure();
    this.draw();
    void this.view.load().then(() => this.draw());
    this.rowsFromPage();
    this.sheetState();
  }

  /** Calls back whenever the drawing has changed. */
  onChange(f: () => void): void {
    this.changed.push(f);
  }

  // --- kinds

  private chooseKind(radio: HTMLInputElement): void {
    this.level.value = radio.dataset.level ?? "";
    this.drawing.level = Number(this.level.value);
  }

  /** Makes the mark current that a new stroke belongs to: with kinds, all of one kind are one mark. */
  private begin(level: number): void {
    const same = this.kinds.size > 0 ? this.drawing.marks.findIndex((m) => topLevel(m) === level) : -1;
    if (same >= 0) this.drawing.current = same;
    else this.drawing.begin(level);
  }

  private sign(level: number): string {
    return this.kinds.get(level) ?? String(level);
  }

  // --- tools

  private tools(): void {
    for (const b of all<HTMLButtonElement>("[data-tool]", this.board)) {
      b.addEventListener("click", () => {
        this.tool = b.dataset.tool ?? "paint";
        for (const o of all("[data-tool]", this.board)) o.setAttribute("aria-pressed", String(o === b));
        if (this.tool === "tap") void this.regions();
      });
    }
    const acts: Record<string, (b: HTMLElement) => void> = {
      size: (b) => this.nextSize(b),
      undo: () => this.drawing.undo() && this.commit(words("undone")),
      redo: () => this.drawing.redo() && this.commit(words("redone")),
      clear: () => this.clear(),
      in: () => this.zoomAt(1.6),
      out: () => this.zoomAt(1 / 1.6),
      landmarks: (b) => {
        const on = b.getAttribute("aria-pressed") !== "true";
        b.setAttribute("aria-pressed", String(on));
        this.board.classList.toggle("no-landmarks", !on);
      },
    };
    for (const b of all("[data-act]", this.board)) b.addEventListener("click", () => acts[b.dataset.act ?? ""]?.(b));
    this.board.dataset.size = "1";
    const bar = one(".tools", this.board);
    bar?.addEventListener("keydown", (e) => {
      const d = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      const list = all<HTMLButtonElement>("button", bar);
      const to = d && list[list.indexOf(document.activeElement as HTMLButtonElement) + d];
      if (to) {
        e.preventDefault();
        to.focus();
      }
    });
    this.form.addEventListener("keydown", (e) => {
      if (!(e.ctrlKey || e.metaKey) || e.key.toLowerCase() !== "z" || (e.target as HTMLElement).matches("input:not([type=range]):not([type=checkbox]):not([type=radio])")) return;
      e.preventDefault();
      if (e.shiftKey ? this.drawing.redo() : this.drawing.undo()) this.commit(words(e.shiftKey ? "redone" : "undone"));
    });
  }

  private nextSize(button: HTMLElement): void {
    this.size = (this.size + 1) % brushes.length;
    this.board.dataset.size = String(this.size);
    const text = words(`size.${this.size}`);
    const label = one("[data-size-word]", button);
    if (label) label.textContent = text;
    announce(text);
  }

  private clear(): void {
    if (this.drawing.marks.length === 0) return;
    this.drawing.remember();
    this.drawing.marks = [];
    this.drawing.current = -1;
    this.commit(words("cleared"));
  }

  // --- views

  async show(view: View): Promise<void> {
    this.view = view;
    const field = one<HTMLInputElement>("input[name=view]", this.form);
    if (field) field.value = view.name;
    const kind = view.button.dataset.kind;
    for (const v of this.views) {
      v.button.setAttribute("aria-pressed", String(v === view));
      v.button.classList.toggle("open", v.button.dataset.kind === "body" || v.button.dataset.kind === kind);
    }
    const d = view.button.dataset;
    const [shape] = await Promise.all([fetch(d.shape ?? "").then((r) => r.json() as Promise<{ outline: string; landmarks: string }>), view.load()]);
    if (this.view !== view) return;
    this.k = 1;
    this.ox = this.oy = 0;
    this.picture.setAttribute("viewBox", `0 0 ${view.w} ${view.h}`);
    this.picture.setAttribute("width", d.w ?? "");
    this.picture.setAttribute("height", d.h ?? "");
    this.picture.setAttribute("aria-label", d.alt ?? "");
    one("clipPath path", this.picture)?.setAttribute("d", shape.outline);
    one(".landmarks", this.picture)?.setAttribute("d", shape.landmarks);
    const image = one("image", this.picture);
    image?.setAttribute("href", d.picture ?? "");
    image?.setAttribute("width", d.w ?? "");
    image?.setAttribute("height", d.h ?? "");
    const [left, right] = [one(".side-of.l", this.figure), one(".side-of.r", this.figure)];
    if (left) left.textContent = d.left ?? "";
    if (right) right.textContent = d.right ?? "";
    this.shapeOfFigure();
    this.place();
    this.draw();
    announce(words("view", one(".as-own", view.button)?.textContent ?? ""));
  }

  private shapeOfFigure(): void {
    this.figure.classList.toggle("wide", this.view.w / this.view.h > 0.6);
  }

  // --- pointing

  private pointing(): void {
    const f = this.figure;
    f.addEventListener("pointerdown", (e) => this.down(e));
    f.addEventListener("pointermove", (e) => this.move(e));
    f.addEventListener("pointerup", (e) => this.up(e));
    f.addEventListener("pointercancel", (e) => this.up(e));
    f.addEventListener("pointerleave", () => this.ring.setAttribute("hidden", ""));
    f.addEventListener("wheel", (e) => {
      if (!e.ctrlKey) return;
      e.preventDefault();
      const box = f.getBoundingClientRect();
      this.zoomAt(e.deltaY < 0 ? 1.15 : 1 / 1.15, e.clientX - box.left, e.clientY - box.top);
    }, { passive: false });
  }

  /** A pointer's place in steps of the map. */
  private at(e: PointerEvent): { x: number; y: number } {
    const box = this.picture.getBoundingClientRect();
    return { x: ((e.clientX - box.left) / box.width) * this.view.mw, y: ((e.clientY - box.top) / box.height) * this.view.mh };
  }

  /** The brush in steps of the map; never finer than a fingertip on the screen. */
  private get radius(): number {
    const closer = (8.3 / this.view.scale) ** 0.6; // a close-up is painted with a finer brush
    return (brushes[this.size] * closer * this.view.scale) / this.view.unit;
  }

  private down(e: PointerEvent): void {
    if (e.button !== 0 || !this.view.ready) return;
    this.pointers.set(e.pointerId, e);
    if (e.pointerType !== "mouse") e.preventDefault();
    if (this.pointers.size === 2) {
      this.startPinch();
      return;
    }
    if (this.pointers.size > 2) return;
    try {
      this.figure.setPointerCapture(e.pointerId);
    } catch {
      // a pointer made by a test tool cannot be captured; the stroke still works inside the figure
    }
    const { x, y } = this.at(e);
    if (this.tool === "tap") {
      void this.tap(x, y);
      return;
    }
    this.drawing.remember();
    const cells = this.view.along(x, y, x, y, this.radius);
    let isNew = false;
    if (this.tool === "paint") {
      const near = this.view.along(x, y, x, y, this.radius * 1.4);
      const mark = this.kinds.size > 0 ? -1 : this.drawing.markAt(near);
      if (mark >= 0) this.drawing.current = mark;
      else if (near.size > 0) {
        this.begin(Number(this.level.value));
        isNew = true;
      }
    }
    this.stroke = { id: e.pointerId, x, y, new: isNew };
    this.dab(cells);
  }

  private move(e: PointerEvent): void {
    this.showRing(e);
    if (!this.pointers.has(e.pointerId)) return;
    this.pointers.set(e.pointerId, e);
    if (this.pinch) {
      this.movePinch();
      return;
    }
    if (this.stroke?.id !== e.pointerId) return;
    const between = e.getCoalescedEvents?.() ?? [];
    const cells = new Set<number>();
    for (const p of between.length ? between : [e]) {
      const { x, y } = this.at(p);
      for (const c of this.view.along(this.stroke.x, this.stroke.y, x, y, this.radius)) cells.add(c);
      this.stroke.x = x;
      this.stroke.y = y;
    }
    this.dab(cells);
  }

  private up(e: PointerEvent): void {
    this.pointers.delete(e.pointerId);
    if (this.pointers.size < 2) this.pinch = null;
    if (this.stroke?.id !== e.pointerId) return;
    this.stroke = null;
    this.drawing.tidy();
    this.commit(this.tool === "erase" ? words("erased") : "");
  }

  private frame = 0;

  private dab(cells: Set<number>): void {
    if (this.tool === "erase") this.drawing.erase(cells);
    else if (cells.size > 0) this.drawing.paint(cells);
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  private showRing(e: PointerEvent): void {
    if (e.pointerType === "touch" || this.tool === "tap") return;
    const { x, y } = this.at(e);
    this.ring.removeAttribute("hidden");
    this.ring.setAttribute("cx", String(x * this.view.unit));
    this.ring.setAttribute("cy", String(y * this.view.unit));
    this.ring.setAttribute("r", String(this.radius * this.view.unit));
  }

  // --- zoom and pan

  private startPinch(): void {
    if (this.stroke) { // the first finger of a pinch is no stroke
      this.stroke = null;
      this.drawing.undo();
      this.draw();
    }
    const [a, b] = [...this.pointers.values()];
    this.pinch = { distance: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY), x: (a.clientX + b.clientX) / 2, y: (a.clientY + b.clientY) / 2, k: this.k, ox: this.ox, oy: this.oy };
  }

  private movePinch(): void {
    const [a, b] = [...this.pointers.values()];
    if (!this.pinch || !a || !b) return;
    const box = this.figure.getBoundingClientRect();
    const p = this.pinch;
    const k = Math.min(6, Math.max(1, (p.k * Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)) / (p.distance || 1)));
    const [x, y] = [(a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2];
    this.ox = x - box.left - ((p.x - box.left - p.ox) / p.k) * k;
    this.oy = y - box.top - ((p.y - box.top - p.oy) / p.k) * k;
    this.k = k;
    this.place();
  }

  private zoomAt(by: number, x?: number, y?: number): void {
    const box = this.figure.getBoundingClientRect();
    const k = Math.min(6, Math.max(1, this.k * by));
    const [cx, cy] = [x ?? box.width / 2, y ?? box.height * 0.28];
    this.ox = cx - ((cx - this.ox) / this.k) * k;
    this.oy = cy - ((cy - this.oy) / this.k) * k;
    this.k = k;
    this.place();
  }

  private place(): void {
    const box = this.figure.getBoundingClientRect();
    this.ox = Math.min(0, Math.max(box.width * (1 - this.k), this.ox));
    this.oy = Math.min(0, Math.max(box.height * (1 - this.k), this.oy));
    this.zoomed.style.transform = this.k === 1 ? "" : `translate(${this.ox}px, ${this.oy}px) scale(${this.k})`;
    this.discs();
  }

  // --- regions: tap and list

  /** The region of every cell: twice its place in the list, plus one on the left. */
  async regions(): Promise<Uint16Array> {
    if (!this.regionOf) {
      const response = await fetch(this.board.dataset.cells ?? "");
      this.regionOf = new Uint16Array(await response.arrayBuffer());
    }
    return this.regionOf;
  }

  async cellsOf(region: number): Promise<number[]> {
    const of = await this.regions();
    const cells: number[] = [];
    for (let c = 0; c < of.length; c++) if (of[c] === region) cells.push(c);
    return cells;
  }

  private async tap(x: number, y: number): Promise<void> {
    const of = await this.regions();
    const cell = this.view.cell(x, y);
    if (cell < 0 || of[cell] === 0xffff) return;
    await this.toggle(of[cell], Number(this.level.value));
  }

  /** Paints a whole region as a mark of its own, or takes it away again. */
  async toggle(region: number, level: number, on?: boolean): Promise<void> {
    const cells = await this.cellsOf(region);
    const painted = this.drawing.share(cells) >= 0.6;
    if (on === painted) return;
    if (this.kinds.size > 0) level = Number(this.level.value);
    this.drawing.remember();
    if (painted) this.drawing.erase(cells);
    else {
      this.begin(level);
      this.drawing.paint(cells);
    }
    this.drawing.tidy();
    this.commit("");
  }

  /** Adds cells that were found by words. */
  addCells(cells: number[], level: number): void {
    this.drawing.remember();
    this.begin(this.kinds.size > 0 ? Number(this.level.value) : level);
    this.drawing.paint(cells);
    this.drawing.tidy();
    void this.showWhere();
    this.commit("");
  }

  /** Turns to a view in which the current mark is seen. */
  private async showWhere(): Promise<void> {
    const mark = this.drawing.mark;
    if (!mark || (this.view.ready && this.view.extent(mark))) return;
    for (const name of ["back", "front", "left", "right"]) {
      const v = this.views.find((o) => o.name === name);
      if (!v) continue;
      await v.load();
      if (v.extent(mark)) {
        await this.show(v);
        return;
      }
    }
  }

  // --- the sheet: level, quality and depth of the current mark

  private sheet(): void {
    let held = false;
    this.level.addEventListener("input", () => {
      if (!held) this.drawing.remember();
      held = true;
      this.drawing.setLevel(Number(this.level.value));
      this.sheetState();
      this.draw();
    });
    this.level.addEventListener("change", () => {
      held = false;
      this.commit("");
    });
    for (const radio of all<HTMLInputElement>("[name=now-quality], [name=now-depth]")) {
      radio.addEventListener("change", () => {
        const mark = this.drawing.mark;
        if (!mark) return;
        this.drawing.remember();
        if (radio.name === "now-quality") mark.quality = radio.value;
        else mark.depth = radio.value;
        this.commit("");
      });
    }
    one("#marks")?.addEventListener("click", (e) => {
      const target = e.target as HTMLElement;
      const remove = target.closest<HTMLElement>("[data-remove]");
      const choose = target.closest<HTMLElement>("[data-mark]");
      if (remove) {
        e.preventDefault();
        this.drawing.remember();
        this.drawing.remove(Number(remove.dataset.remove));
        this.commit(words("removed"));
      } else if (choose) {
        this.drawing.current = Number(choose.dataset.mark);
        this.sheetState();
        void this.showWhere();
      }
    });
  }

  private sheetState(): void {
    const sheet = one("#now");
    const mark = this.drawing.mark;
    if (sheet) sheet.hidden = !mark;
    if (!mark || this.kinds.size > 0) return;
    const level = topLevel(mark) || this.drawing.level;
    this.drawing.level = level;
    this.level.value = String(level);
    const text = words("level", level);
    this.level.setAttribute("aria-valuetext", text);
    const out = one("#level-word");
    if (out) out.textContent = text;
    for (const [i, e] of all(".wedge .bars i, .wedge .nums b").entries()) e.classList.toggle("on", i % 10 === level - 1);
    const dot = one("[data-now-dot]");
    if (dot) {
      dot.textContent = String(level);
      dot.className = `dot p${level}`;
    }
    const label = one("[data-now-words]");
    if (label) label.textContent = this.rows[this.drawing.current]?.words ?? words("reading");
    for (const radio of all<HTMLInputElement>("[name=now-quality]")) radio.checked = radio.value === mark.quality;
    for (const radio of all<HTMLInputElement>("[name=now-depth]")) radio.checked = radio.value === mark.depth;
    for (const b of all("[data-mark]")) b.setAttribute("aria-current", String(Number(b.dataset.mark) === this.drawing.current));
  }

  // --- drawing and reading back

  draw(): void {
    const paints = one<SVGGElement>(".paints", this.picture);
    if (!paints || !this.view.ready) return;
    const paths = this.drawing.marks.flatMap((mark) => this.view.paths(mark).map(({ level, d }) => svg("path", { class: `rub p${level}`, d })));
    paints.replaceChildren(...paths);
    this.discs();
  }

  private discs(): void {
    const holder = one<SVGSVGElement>(".discs", this.figure);
    if (!holder || !this.view.ready) return;
    const box = this.figure.getBoundingClientRect();
    if (box.width === 0) return;
    const placed: { x: number; y: number }[] = [];
    const discs = this.drawing.marks.flatMap((mark) => {
      const e = this.view.extent(mark);
      if (!e) return [];
      const px = (x: number) => (x / this.view.mw) * box.width * this.k + this.ox;
      const py = (y: number) => (y / this.view.mh) * box.height * this.k + this.oy;
      const outward = e.cx < this.view.mw / 2 ? -1 : 1;
      const x = Math.min(box.width - 14, Math.max(14, outward < 0 ? px(e.x + e.edge) - 17 : px(e.x + e.w - e.edge - 1) + 17));
      let y = Math.min(box.height - 14, Math.max(14, py(e.cy)));
      for (const p of placed) if (Math.abs(p.x - x) < 28 && Math.abs(p.y - y) < 28) y = p.y + 28;
      placed.push({ x, y });
      const level = topLevel(mark);
      const text = svg("text", {});
      text.textContent = this.sign(level);
      return [svg("svg", { class: `disc p${level}`, x: `${((100 * x) / box.width).toFixed(2)}%`, y: `${((100 * y) / box.height).toFixed(2)}%`, overflow: "visible" }, svg("circle", { r: 12 }), text)];
    });
    holder.replaceChildren(...discs);
  }

  /** The drawing has changed: show it, keep it, read it back. */
  commit(say: string): void {
    this.field.value = this.drawing.text;
    keepWork(this.form);
    this.draw();
    this.sheetState();
    for (const f of this.changed) f();
    if (say) announce(say);
    window.clearTimeout(this.reading);
    this.reading = window.setTimeout(() => void this.read(), 150);
  }

  private asked = 0;

  /** Asks the server for the marks in words. */
  async read(say = ""): Promise<Answer | null> {
    const mine = ++this.asked;
    const fields = new URLSearchParams();
    for (const name of ["visit", "figure", "mode"]) fields.set(name, (one<HTMLInputElement>(`input[name=${name}]`, this.form)?.value ?? ""));
    fields.set("paint", this.drawing.text);
    if (say) fields.set("say", say);
    try {
      const response = await fetch(this.board.dataset.read ?? "/read", { method: "POST", body: fields });
      if (!response.ok) return null;
      const answer = (await response.json()) as Answer;
      if (mine === this.asked) this.take(answer, say === "");
      return answer;
    } catch {
      return null; // the work is kept; the next stroke asks again
    }
  }

  private take(answer: Answer, speak: boolean): void {
    const before = this.rows.map((r) => r.words).join();
    this.rows = answer.marks;
    const state = one<HTMLInputElement>("input[name=visit]", this.form);
    if (state) state.value = answer.state;
    keepWork(this.form);
    this.list();
    this.sheetState();
    if (speak && answer.marks.length > 0 && before !== this.rows.map((r) => r.words).join()) {
      const row = this.rows[this.drawing.current];
      if (row) announce(`${row.words}, ${this.kinds.size > 0 ? row.detail : words("level", row.level)}`);
    }
  }

  private rowsFromPage(): void {
    this.rows = all("#marks li").map((li, index) => ({
      index,
      level: Number(one(".dot", li)?.textContent),
      words: one("b", li)?.textContent ?? "",
      detail: one("small", li)?.textContent ?? "",
    }));
  }

  private list(): void {
    const list = one("#marks");
    const none = one("#none-marked");
    if (!list) return;
    if (none) none.hidden = this.rows.length > 0;
    const focused = (document.activeElement as HTMLElement | null)?.dataset;
    const at = focused?.mark ? `[data-mark="${focused.mark}"]` : focused?.remove ? `[data-remove="${focused.remove}"]` : "";
    list.replaceChildren(
      ...this.rows.map((row) => {
        const li = document.createElement("li");
        const choose = document.createElement("button");
        choose.type = "button";
        choose.className = "mark";
        choose.dataset.mark = String(row.index);
        const dot = document.createElement("span");
        dot.className = `dot p${row.level}`;
        dot.textContent = this.sign(row.level);
        const text = document.createElement("span");
        const name = document.createElement("b");
        name.textContent = row.words;
        const detail = document.createElement("small");
        detail.className = "quiet";
        detail.textContent = row.detail;
        text.append(name, detail);
        choose.append(dot, text);
        const remove = document.createElement("button");
        remove.type = "button";
        remove.className = "icon";
        remove.dataset.remove = String(row.index);
        remove.setAttribute("aria-label", words("remove", row.words));
        const cross = svg("svg", { class: "i", "aria-hidden": "true" }, svg("use", { href: "#i-x" }));
        remove.append(cross);
        li.append(choose, remove);
        return li;
      }),
    );
    if (at) (one(at) ?? one("[data-mark]"))?.focus({ preventScroll: true });
  }

  /** Asks what words mean and paints it; gives what to do when they mean nothing. */
  async say(text: string, level: number): Promise<string> {
    const answer = await this.read(text);
    if (!answer) return words("failed");
    if (answer.problem) return answer.problem;
    if (answer.found) this.addCells(readRuns(answer.found), level);
    announce(words("found", text));
    return "";
  }
}
