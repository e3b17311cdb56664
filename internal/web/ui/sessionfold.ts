// A session from its log, as knead.RunSession makes it: the screen must go on without the
// server. testdata/session-vectors.json holds both to the same answers.
//
// Times are microseconds, as in the log.

export interface Step {
  id: string;
  kind: string;
  seconds: number;
  regions?: string[];
  side?: string;
  position?: string;
  place?: string;
  words?: string;
  technique?: string;
  pressure?: number;
  limit?: number;
  ask?: boolean;
  instead?: Step[];
}

export interface Plan {
  limit: number;
  steps: Step[];
}

export interface Happening {
  id: string;
  device: string;
  at: number;
  seq: number;
  kind: string;
  step?: string;
  value?: number;
  text?: string;
  technique?: string;
  rule?: string;
  mark?: number;
  finding?: unknown;
  undoes?: string;
}

/** What the words of a place mean: the server reads them, since only it knows the body. */
export type Places = Record<string, { words: string; at: [region: string, side: string][] }>;

export interface Actual {
  step: Step;
  added: boolean;
  instead: string; // the id of the step whose work it is, as its technique was declined; empty for none
  handed: boolean; // another technique goes on with it
  begun: number;
  worked: number;
  done: boolean;
  skipped: boolean;
  withdrawn: boolean;
  comfort: number[];
  pressure: number;
}

export interface Stop {
  rule: string;
  at: number;
}

export interface Moment {
  phase: "not-started" | "running" | "paused" | "stopped" | "ended";
  step: string;
  stepElapsed: number;
  stepLeft: number;
  elapsed: number;
  left: number;
  behind: number;
  next: string;
  turn: boolean;
  lastTen: boolean;
  ask: string;
  ease: boolean;
  overLimit: boolean;
  stop: string;
}

const second = 1_000_000;
const turnCue = 60 * second;
const lastTenMinutes = 600 * second;
const easeFrom = 7;
const stopFrom = 8;
const lightStart = 2;
const strongest = 5;
const leastInstead = 60;
const emergencies = ["chest-pain", "breathless", "sight-speech"];

/** Which keys are shown, given the step that is. sessionpage.go has the same. */
export function modeOf(m: Moment, step: string): string {
  if (m.phase === "stopped" || m.phase === "ended" || m.phase === "paused") return m.phase;
  if (!step) return "finish";
  if (m.ask === step) return "ask";
  return m.step ? "run" : "begin";
}

export function stopsSession(e: Happening): boolean {
  return e.kind === "stop" || (e.kind === "comfort" && (e.value ?? 0) >= stopFrom);
}

/** The log in the order of time, each event once. */
export function merge(...logs: Happening[][]): Happening[] {
  const all = logs.flat().sort((a, b) => a.at - b.at || text(a.device, b.device) || a.seq - b.seq || text(a.id, b.id));
  const seen = new Set<string>();
  return all.filter((e) => !seen.has(e.id) && seen.add(e.id));
}

function text(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The events that nobody has undone, without the undos. Undos in a circle undo nothing. */
export function standing(log: Happening[]): Happening[] {
  const events = merge(log);
  const at = new Map(events.map((e, i) => [e.id, i]));
  const open = events.map(() => 0); // undos of an event that are not yet decided
  const target = (e: Happening): number | undefined => (e.kind === "undo" ? at.get(e.undoes ?? "") : undefined);
  for (const e of events) {
    const t = target(e);
    if (t !== undefined) open[t]++;
  }
  const undone = events.map(() => false);
  const decided = events.map((_, i) => i).filter((i) => open[i] === 0);
  for (let i = decided.shift(); i !== undefined; i = decided.shift()) {
    const t = target(events[i]);
    if (t === undefined) continue;
    undone[t] ||= !undone[i];
    if (--open[t] === 0) decided.push(t);
  }
  return events.filter((e, i) => e.kind !== "undo" && !undone[i]);
}

export class Session {
  steps: Actual[];
  started = 0;
  ended = 0;
  elapsed = 0;
  stops: Stop[] = [];
  painBefore = new Map<number, number>();
  painAfter = new Map<number, number>();
  declined = new Set<string>(); // techniques
  remarks: { at: number; text: string }[] = [];

  private away: Places[string]["at"][] = []; // that were withdrawn
  private readonly planned: number;
  private readonly limit: number;
  private last = 0;
  private current = -1;
  private latest = -1;
  private paused = false;

  constructor(
    plan: Plan,
    log: Happening[],
    private readonly places: Places,
  ) {
    this.limit = plan.limit;
    this.steps = plan.steps.map((step) => actual(step, false));
    this.planned = plan.steps.reduce((sum, step) => sum + step.seconds * second, 0);
    for (const e of standing(log)) this.take(e);
  }

  private take(e: Happening): void {
    this.advance(e.at);
    switch (e.kind) {
      case "stop":
        this.stop({ rule: e.rule ?? "", at: e.at });
        break;
      case "remark":
        this.remarks.push({ at: e.at, text: e.text ?? "" });
        break;
      case "pain-after":
        this.painAfter.set(e.mark ?? 0, e.value ?? 0);
        break;
      case "consent-withdrawn":
        this.withdraw(e.text ?? "");
        break;
      case "technique-declined":
        this.declined.add(e.technique ?? "");
        this.closeSteps((step) => step.technique === e.technique);
        break;
      case "end":
        this.ended ||= e.at;
        this.leave();
        break;
      default:
        if (!this.over()) this.work(e);
    }
  }

  private work(e: Happening): void {
    switch (e.kind) {
      case "start":
        this.started ||= e.at;
        break;
      case "pause":
        this.paused = this.started !== 0;
        break;
      case "resume":
        this.paused = false;
        break;
      case "step-begin":
        this.begin(e);
        break;
      case "step-done":
      case "skip":
        this.close(e);
        break;
      case "add":
        this.add(e);
        break;
      case "technique-instead":
        this.useInstead(e.technique ?? "");
        break;
      case "pressure":
      case "pressure-more":
      case "pressure-less":
        this.press(e);
        break;
      case "comfort":
        this.about(e.step)?.comfort.push(e.value ?? 0);
        if ((e.value ?? 0) >= stopFrom) this.stop({ rule: "pain", at: e.at });
        break;
      case "pain-before":
        this.painBefore.set(e.mark ?? 0, e.value ?? 0);
    }
  }

  over(): boolean {
    return this.ended !== 0 || this.stops.length > 0;
  }

  private advance(to: number): void {
    if (this.started && !this.over() && !this.paused && to > this.last) {
      this.elapsed += to - this.last;
      if (this.current >= 0) this.steps[this.current].worked += to - this.last;
    }
    this.last = Math.max(this.last, to);
  }

  private begin(e: Happening): void {
    const i = this.index(e.step);
    if (i < 0) return;
    if (i !== this.current) this.leave();
    this.started ||= e.at;
    this.paused = false;
    this.current = i;
    this.latest = i;
    const a = this.steps[i];
    a.done = false;
    a.skipped = false;
    a.begun ||= e.at;
  }

  private leave(): void {
    if (this.current >= 0) this.steps[this.current].done = true;
    this.current = -1;
  }

  private close(e: Happening): void {
    const i = this.index(e.step);
    if (i < 0) return;
    if (i === this.current) this.current = -1;
    this.steps[i].done = e.kind === "step-done";
    this.steps[i].skipped = e.kind === "skip";
  }

  private add(e: Happening): void {
    const place = this.places[e.text ?? ""];
    if (!place || !e.step || this.index(e.step) >= 0) return;
    const step: Step = {
      id: e.step, kind: "work", place: place.words, words: place.words, technique: e.technique,
      seconds: 60 * (e.value ?? 0), ask: true, pressure: Math.min(lightStart, this.limit),
      regions: [...new Set(place.at.map(([region]) => region))],
    };
    if (place.at.length && place.at.every(([, side]) => side === place.at[0][1])) step.side = place.at[0][1];
    let at = this.latest + 1;
    if (at > 0) step.position = this.steps[at - 1].step.position;
    while (at < this.steps.length && this.steps[at].added && !this.steps[at].begun) at++;
    this.insert(at, { ...actual(step, true), withdrawn: this.declined.has(step.technique ?? "") || this.refused(step) });
  }

  private insert(at: number, a: Actual): void {
    this.steps.splice(at, 0, a);
    if (this.current >= at) this.current++;
  }

  private press(e: Happening): void {
    const a = this.about(e.step);
    if (!a) return;
    if (e.kind === "pressure-more") a.pressure = Math.min(a.pressure + 1, strongest);
    else if (e.kind === "pressure-less") a.pressure = Math.max(a.pressure - 1, 0);
    else a.pressure = e.value ?? 0;
  }

  private stop(stop: Stop): void {
    this.stops.push(stop);
    this.leave();
  }

  private withdraw(words: string): void {
    const place = this.places[words];
    if (!place) return;
    this.away.push(place.at);
    this.closeSteps((step) => touches(step, place.at));
  }

  private refused(step: Step): boolean {
    return this.away.some((at) => touches(step, at));
  }

  /** What a technique may do of the steps that were closed because theirs was declined; session.go says which. */
  private others(technique: string): Map<number, Step> {
    const found = new Map<number, Step>();
    if (this.over() || this.declined.has(technique)) return found;
    this.steps.forEach((a, i) => {
      if (i < this.latest || !a.withdrawn || a.skipped || a.handed || !this.declined.has(a.step.technique ?? "") || this.refused(a.step)) return;
      const other = a.step.instead?.find((x) => x.technique === technique);
      if (!other) return;
      const seconds = Math.min(other.seconds, Math.trunc((a.step.seconds * second - a.worked) / second));
      if (seconds < leastInstead || this.index(other.id) >= 0) return;
      found.set(i, { ...other, seconds, instead: a.step.instead?.filter((x) => x !== other) });
    });
    return found;
  }

  private useInstead(technique: string): void {
    const others = this.others(technique);
    for (const [i, step] of [...others].reverse()) {
      this.steps[i].handed = true;
      this.insert(i + 1, { ...actual(step, false), instead: this.steps[i].step.id });
    }
  }

  /** The techniques to which the client can be asked to agree instead of declined ones, and for how long. */
  offers(): { technique: string; seconds: number }[] {
    const list: { technique: string; seconds: number }[] = [];
    for (const a of this.steps) {
      for (const { technique = "" } of a.step.instead ?? []) {
        if (!a.withdrawn || list.some((o) => o.technique === technique)) continue;
        const seconds = [...this.others(technique).values()].reduce((sum, x) => sum + x.seconds, 0);
        if (seconds > 0) list.push({ technique, seconds });
      }
    }
    return list;
  }

  /** Takes out the steps that are not done yet and that the client no longer wants. */
  private closeSteps(unwanted: (step: Step) => boolean): void {
    if (this.over()) return;
    this.steps.forEach((a, i) => {
      if ((a.done && i !== this.current) || !unwanted(a.step)) return;
      a.withdrawn = true;
      if (i === this.current) this.leave();
    });
  }

  index(step: string | undefined): number {
    return this.steps.findIndex((a) => a.step.id === step);
  }

  /** The step that an event is about: the one it names, the current one, or the one worked last. */
  private about(step: string | undefined): Actual | undefined {
    return this.steps[step ? this.index(step) : this.current >= 0 ? this.current : this.latest];
  }

  private nextIndex(): number {
    const open = (a: Actual, i: number): boolean => !a.done && !a.skipped && !a.withdrawn && i !== this.current;
    const after = this.steps.findIndex((a, i) => i > this.latest && open(a, i));
    return after >= 0 ? after : this.steps.findIndex(open);
  }

  /** The session at a point in time; the session itself stays as it is. */
  at(now: number): Moment {
    const ran = this.started && !this.over() && !this.paused ? Math.max(0, now - this.last) : 0;
    const elapsed = this.elapsed + ran;
    const m: Moment = {
      phase: this.phase(), step: "", stepElapsed: 0, stepLeft: 0, elapsed, left: this.planned - elapsed, behind: 0,
      next: "", turn: false, lastTen: false, ask: "", ease: false, overLimit: false, stop: this.strictest(),
    };
    if (this.over()) return m;
    const worked = (i: number): number => this.steps[i].worked + (i === this.current ? ran : 0);
    let open = 0;
    this.steps.forEach((a, i) => {
      if (!a.done && !a.skipped && !a.withdrawn) open += Math.max(0, a.step.seconds * second - worked(i));
    });
    m.behind = open - m.left;
    m.lastTen = this.started !== 0 && m.left <= lastTenMinutes;
    const next = this.nextIndex();
    const turns = next >= 0 && this.steps[next].step.kind === "turn";
    if (next >= 0) m.next = this.steps[next].step.id;
    if (this.current < 0) {
      m.turn = turns && this.latest >= 0;
      m.ask = this.asks(next);
      return m;
    }
    const a = this.steps[this.current];
    m.step = a.step.id;
    m.stepElapsed = worked(this.current);
    m.stepLeft = a.step.seconds * second - m.stepElapsed;
    m.turn = a.step.kind === "turn" || (turns && m.stepLeft <= turnCue);
    m.ask = this.asks(this.current);
    m.ease = (a.comfort.at(-1) ?? 0) >= easeFrom;
    m.overLimit = a.pressure > this.most(a.step);
    return m;
  }

  /** The highest pressure that the plan allows on a step. */
  most(step: Step): number {
    return step.limit || this.limit;
  }

  private asks(i: number): string {
    const a = this.steps[i];
    return a?.step.ask && a.comfort.length === 0 ? a.step.id : "";
  }

  private strictest(): string {
    return (this.stops.find((s) => emergencies.includes(s.rule)) ?? this.stops[0])?.rule ?? "";
  }

  private phase(): Moment["phase"] {
    if (this.stops.length) return "stopped";
    if (this.ended) return "ended";
    if (!this.started) return "not-started";
    return this.paused ? "paused" : "running";
  }
}

function actual(step: Step, added: boolean): Actual {
  return { step, added, instead: "", handed: false, begun: 0, worked: 0, done: false, skipped: false, withdrawn: false, comfort: [], pressure: step.pressure ?? 0 };
}

function touches(step: Step, at: [string, string][]): boolean {
  return at.some(([region, side]) => step.regions?.includes(region) && (!step.side || step.side === side));
}
