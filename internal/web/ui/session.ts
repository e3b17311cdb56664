// The session screen: the same keys as without script, with a clock, and without a line.
// It is a script of its own: no other page loads it.
import { all, announce, one, words } from "./dom";
import { idle } from "./idle";
import { type Actual, type Moment, modeOf, Session } from "./sessionfold";
import { Log } from "./sessionsync";
import { type Table, type Tap, tapped } from "./sessiontap";
import { newID, shelf } from "./vault";
import { keepAwake } from "./wake";

const second = 1_000_000;
const minute = 60 * second;
const strongest = 5;
const untouched = 3_600_000; // ms without a tap after which the screen may go dark and the sign-in may lock (chosen)
const settle = 450; // ms for which a key that took another's place hears nothing: one press is one tap (chosen)

class Screen {
  private readonly table: Table & { add: Record<string, string> };
  private readonly log: Log;
  private session: Session;
  private shown = "";
  private mode = "";
  private modeSince = 0;
  private cues = new Set<string>();
  private touched = performance.now();
  private stream: EventSource | null = null;
  private locking = 0; // the timer that tries to lock; 0: this screen is open
  private left = false; // for the unlocking
  private readonly awake: () => void;

  constructor(private readonly form: HTMLFormElement) {
    const d = form.dataset;
    this.table = JSON.parse(d.session ?? "{}");
    const at = d.at ?? "";
    this.log = new Log(at.split("/").at(-1) ?? "", `${at}/session`, JSON.parse(d.log ?? "{}").events ?? [], Number(d.now), d.state ?? "", this.table.places, () => this.changed());
    this.session = this.carryOut();
    this.awake = keepAwake(() => this.active());
    this.log.patient = () => !this.active();
  }

  /** Whether somebody works with this screen: then it stays on, and hears of other devices. */
  private active(): boolean {
    return !this.locking && ["begin", "ask", "run", "paused", "finish", "stopped"].includes(this.mode) && performance.now() - this.touched < untouched;
  }

  async run(): Promise<void> {
    document.addEventListener("submit", (e) => this.onSubmit(e));
    document.addEventListener("keydown", (e) => this.onKey(e));
    for (const sheet of all<HTMLDetailsElement>("[data-sheet]")) sheet.addEventListener("toggle", () => this.onSheet(sheet));
    one("[data-theme-switch]")?.addEventListener("click", (e) => this.switchTheme(e));
    this.offerVibration();
    this.applyTheme();
    this.changed();
    window.setInterval(() => this.tick(), 250);
    window.addEventListener("online", () => (this.locking ? void this.shut() : this.log.send()));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.log.send());
    window.setInterval(() => this.attend(), 20_000);
    await this.log.open(this.form.dataset.tag ?? "");
    idle(() => this.lock());
    this.attend();
    await this.keepShell();
  }

  private carryOut(): Session {
    return new Session(this.table.plan, this.log.events, this.table.places);
  }

  private changed(): void {
    if (this.log.line === "gone") {
      location.replace("/signin");
      return;
    }
    if (this.log.line === "locked") this.lock();
    this.session = this.carryOut();
    this.drawSteps();
    this.drawOffers();
    for (const option of all<HTMLOptionElement>("#add-technique option")) option.disabled = this.session.declined.has(option.value);
    this.tick();
    this.drawLine();
    const undo = one<HTMLButtonElement>("[data-undo]");
    if (undo) undo.disabled = tapped(this.table, this.log.events, this.log.now(), this.log.by, { tap: "undo" }, "").length === 0;
  }

  // --- what is seen

  private tick(): void {
    const m = this.session.at(this.log.now());
    setText("[data-left]", m.left < 0 ? words("over", minutes(Math.floor(-m.left / minute))) : words("left", minutes(Math.ceil(m.left / minute))));
    if (this.locking) return;
    const step = m.step || m.next;
    const mode = modeOf(m, step);
    if (mode !== this.mode || step !== this.shown) this.turnTo(mode, step, m);
    const a = this.session.steps[this.session.index(step)];
    setText("[data-step-of]", a ? words("step-of", this.session.index(step) + 1, this.session.steps.length) : document.title);
    setText("[data-elapsed]", words("elapsed", minutes(Math.floor(m.elapsed / minute))));
    setText("[data-behind]", words("behind", minutes(Math.floor(m.behind / minute))));
    toggle("[data-behind]", m.behind >= 2 * minute && mode !== "finish");
    const next = one(`.one-step[data-step="${CSS.escape(m.next)}"]`);
    setText("[data-next]", next ? words("next", `${next.dataset.short}, ${words("min", next.dataset.minutes ?? "")}`) : words("last"));
    const clock = one("[data-clock]");
    if (clock) clock.hidden = !a || ["stopped", "ended", "finish"].includes(mode);
    if (a) this.drawClock(a, m);
    this.drawCues(m, mode, a);
  }

  private drawClock(a: Actual, m: Moment): void {
    const left = m.step ? m.stepLeft : a.step.seconds * second - a.worked;
    setText("[data-t]", clockOf(left));
    one("[data-clock]")?.classList.toggle("late", left < 0);
    const limit = this.session.most(a.step);
    setText("[data-pressure]", a.pressure ? words("pressure", a.pressure) : words("no-pressure"));
    const stones = one("[data-stones]");
    if (!stones) return;
    stones.hidden = a.pressure === 0;
    stones.setAttribute("aria-label", words("pressure-label", a.pressure, limit));
    [...stones.children].forEach((stone, i) => {
      stone.className = i < a.pressure ? "on" : i >= limit ? "no" : "";
    });
    for (const [selector, off] of [["[data-lighter]", a.pressure === 0], ["[data-firmer]", a.pressure === strongest]] as const) {
      for (const key of all<HTMLButtonElement>(selector)) key.disabled = off;
    }
  }

  private drawCues(m: Moment, mode: string, a: Actual | undefined): void {
    const here = mode === "run" || mode === "begin";
    const on: Record<string, boolean> = {
      turn: m.turn && mode !== "ask",
      ten: m.lastTen && m.phase === "running" && mode !== "finish",
      ease: m.ease && here,
      over: m.overLimit && here,
    };
    for (const [key, shown] of Object.entries(on)) {
      const cue = one(`[data-cue="${key}"]`);
      if (!cue) continue;
      const text = words(`cue-${key}`, a ? this.session.most(a.step) : "");
      setText(`[data-cue="${key}"] span`, text);
      cue.hidden = !shown;
      if (shown && !this.cues.has(key)) {
        this.cues.add(key);
        announce(text);
        this.buzz();
      }
      if (!shown) this.cues.delete(key);
    }
  }

  /** Shows other keys or another step. */
  private turnTo(mode: string, step: string, m: Moment): void {
    const first = this.mode === "";
    const otherKeys = mode !== this.mode;
    const otherStep = step !== this.shown;
    const hadFocus = document.activeElement instanceof HTMLElement && document.activeElement.closest(".act") !== null;
    this.mode = mode;
    this.shown = step;
    if (!first) this.modeSince = performance.now();
    for (const field of all<HTMLInputElement>('input[name="step"]')) field.value = step;
    for (const article of all(".one-step")) article.hidden = article.dataset.step !== step || ["finish", "stopped", "ended"].includes(mode);
    for (const act of all(".act")) act.hidden = !(act.dataset.for ?? "").split(" ").includes(mode);
    for (const part of all("[data-only]")) part.hidden = !(part.dataset.only ?? "").split(" ").includes(mode);
    for (const rule of all("[data-rule]")) rule.hidden = mode !== "stopped" || rule.dataset.rule !== m.stop;
    toggle("[data-arriving]", one(`.one-step[data-step="${CSS.escape(step)}"]`)?.dataset.arrive !== undefined && !["finish", "stopped", "ended"].includes(mode));
    toggle("[data-side]", mode !== "ended");
    toggle("[data-skip]", !["finish", "paused", "stopped"].includes(mode));
    toggle(".halt", mode !== "ended");
    this.form.dataset.mode = mode;
    setText("[data-begin]", m.phase === "not-started" ? words("start") : words("begin-step"));
    setText("[data-ended]", words("worked", minutes(Math.round(this.session.elapsed / minute))));
    this.drawPain();
    this.attend();
    if (first) return;
    if (otherKeys && (mode === "stopped" || mode === "ended")) for (const sheet of all<HTMLDetailsElement>("[data-sheet]")) sheet.open = false;
    if (otherStep || otherKeys) announce([mode === "ask" ? words("ask") : "", one(`.one-step[data-step="${CSS.escape(step)}"] h1`)?.textContent ?? ""].join(" ").trim());
    if (otherKeys && hadFocus) one(`.act:not([hidden]) [data-main]:not([hidden])`)?.focus({ preventScroll: true });
    if (otherKeys && mode === "stopped") scrollTo({ top: 0, behavior: "instant" });
  }

  /** The steps as they are now: those that were added have a page of their own. */
  private drawSteps(): void {
    const land = one("[data-land]");
    const frame = one<HTMLTemplateElement>("#added-step");
    if (!land || !frame) return;
    const m = this.session.at(this.log.now());
    for (const a of this.session.steps) {
      if (one(`.one-step[data-step="${CSS.escape(a.step.id)}"]`)) continue;
      const article = this.pageOf(a, frame);
      if (!article) continue;
      article.dataset.step = a.step.id;
      article.dataset.minutes = String(Math.ceil(a.step.seconds / 60));
      one(".steps-of")?.append(article);
    }
    land.replaceChildren(
      ...this.session.steps.map((a) => {
        const li = document.createElement("li");
        const n = Math.ceil(a.step.seconds / 60);
        li.className = `m${n} h${a.step.pressure ?? 0}`;
        li.classList.toggle("turn", a.step.kind === "turn");
        li.classList.toggle("done", a.done);
        li.classList.toggle("skipped", a.skipped || a.withdrawn);
        li.classList.toggle("on", a.step.id === m.step);
        if (a.step.id === (m.step || m.next)) li.setAttribute("aria-current", "step");
        const hill = document.createElement("span");
        hill.className = "hill";
        const name = document.createElement("span");
        name.className = "vh";
        name.textContent = `${one(`.one-step[data-step="${CSS.escape(a.step.id)}"]`)?.dataset.short ?? ""}, ${minutes(n)}`;
        hill.append(name);
        li.append(hill);
        return li;
      }),
    );
    this.drawPain();
  }

  /** The page of a step that came up at the table: one that is worked otherwise keeps its picture. */
  private pageOf(a: Actual, frame: HTMLTemplateElement): HTMLElement | null {
    const before = one(`.one-step[data-step="${CSS.escape(a.instead)}"]`);
    const article = before ? (before.cloneNode(true) as HTMLElement) : (frame.content.cloneNode(true) as DocumentFragment).querySelector<HTMLElement>(".one-step");
    if (!article) return null;
    const offer = one(`[data-offer="${CSS.escape(a.step.technique ?? "")}"]`);
    if (before) {
      article.hidden = true;
      setText(".eyebrow", words("instead", offer?.dataset.name ?? ""), article);
      setText(".how", a.step.words ?? "", article);
      return article;
    }
    article.dataset.short = a.step.words ?? "";
    setText("h1", capital(a.step.words ?? ""), article);
    setText(".how", one(`#add-technique option[value="${CSS.escape(a.step.technique ?? "")}"]`)?.textContent ?? "", article);
    return article;
  }

  /** The techniques that may do what declined ones were to do. */
  private drawOffers(): void {
    const offers = this.session.at(this.log.now()).step ? [] : this.session.offers(); // hands at work are not disturbed
    const box = one("[data-offers]");
    if (!box) return;
    for (const key of all<HTMLButtonElement>("[data-offer]", box)) {
      const offer = offers.find((o) => o.technique === key.dataset.offer);
      key.hidden = !offer;
      if (offer) setText("small", words("offer-time", minutes(Math.floor(offer.seconds / 60))), key);
    }
    if (box.hidden && offers.length > 0) announce(words("offer"));
    box.hidden = offers.length === 0;
  }

  private drawPain(): void {
    const { painBefore, painAfter } = this.session;
    for (const key of all<HTMLButtonElement>('.pain [name="tap"]')) {
      const [tap, mark, level] = key.value.split(" ");
      const answers = tap === "pain-before" ? painBefore : painAfter;
      key.setAttribute("aria-pressed", String(answers.get(Number(mark)) === Number(level)));
    }
  }

  private drawLine(): void {
    const line = one("[data-line]");
    if (!line) return;
    const n = this.log.waiting;
    let text = "";
    if (this.log.line === "locked") text = words("locked");
    else if (this.log.line === "refused") text = words("refused", this.log.why);
    else if (this.log.line === "offline") text = n === 0 ? words("offline") : n === 1 ? words("offline.one", n) : words("offline.other", n);
    line.hidden = text === "";
    if (line.textContent === text) return;
    line.replaceChildren(text);
    if (this.log.line === "locked") {
      const way = document.createElement("a");
      way.href = `/unlock?to=${location.pathname}`;
      way.textContent = text;
      if (!this.log.keeps) way.target = "_blank"; // what waits lives in this tab
      line.replaceChildren(way);
    }
  }

  // --- left alone

  /**
   * Covers the screen at once, and locks the sign-in as soon as there is a line. The session
   * goes on: what was tapped stands in the log, and time is counted from there.
   */
  private lock(): void {
    const cover = one<HTMLTemplateElement>("#covered");
    const page = one("#page");
    if (this.locking || !cover || !page) return;
    this.locking = window.setInterval(() => void this.shut(), 5_000);
    page.replaceChildren(cover.content.cloneNode(true));
    document.title = one("h1", page)?.textContent ?? "";
    announce(document.title);
    this.attend();
    this.tick();
    this.drawLine();
    void this.shut();
  }

  /** Goes to the unlocking, once nothing can be lost by leaving this page. */
  private async shut(): Promise<void> {
    await this.log.putAway();
    if (this.log.waiting > 0 && !this.log.keeps) {
      if (this.log.line !== "locked") this.log.send();
      return; // these taps live in this tab alone: it stays until they are sent
    }
    try {
      const answer = await fetch("/lock", { method: "POST", body: new URLSearchParams() });
      if (!answer.ok || this.left) return;
      this.left = true;
      window.clearInterval(this.locking);
      location.replace(`/unlock?to=${location.pathname}`);
    } catch {
      // no line: covered, and tried again
    }
  }

  // --- what is done

  private onSubmit(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    const button = event.submitter as HTMLButtonElement | null;
    if (button?.name !== "tap") return;
    event.preventDefault();
    const field = (name: string): string => String(new FormData(form).get(name) ?? "");
    const [name, first, other] = button.value.split(" ");
    const tap: Tap = { tap: name, step: this.shown };
    if (name === "comfort") tap.value = Number(first);
    if (name === "stop") tap.rule = first;
    if (name === "instead") tap.technique = first;
    if (name === "pain-before" || name === "pain-after") Object.assign(tap, { mark: Number(first), value: Number(other) });
    if (name === "remark") tap.text = field("text");
    if (name === "add") {
      tap.text = this.table.add[`${field("place")} ${field("side")}`];
      if (!tap.text) return; // this place has no such side
      Object.assign(tap, { technique: field("technique"), value: Number(field("minutes")) });
    }
    const moved = button.closest(".act") !== null && performance.now() - this.modeSince < settle;
    if (moved) return;
    this.tap(tap);
    if (name === "remark" || name === "add" || (name === "comfort" && button.closest(".extra"))) this.closeSheets();
    if (name === "remark") form.reset();
    if (name.startsWith("not-") && button.closest(".extra")) this.closeSheets();
  }

  private tap(tap: Tap): void {
    this.touched = performance.now();
    const events = tapped(this.table, this.log.events, this.log.now(), this.log.by, tap, `added-${newID()}`);
    this.log.add(events);
    if (tap.tap === "undo" && events.length > 0) announce(words("undone-tap"));
  }

  private onKey(event: KeyboardEvent): void {
    if (this.locking) return;
    const target = event.target as HTMLElement;
    if (event.key === "Escape") {
      this.closeSheets();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || target.closest("input, select, textarea, [data-sheet][open]")) return;
    const onControl = target.closest("a, button, summary") !== null;
    const press = (selector: string): void => one<HTMLButtonElement>(`${selector}:not([hidden]):not(:disabled)`)?.click();
    switch (event.key) {
      case " ":
        if (onControl) return; // the control itself hears it
        press(".act:not([hidden]) [data-main]");
        break;
      case "ArrowUp":
        press(".act:not([hidden]) [data-firmer]");
        break;
      case "ArrowDown":
        press(".act:not([hidden]) [data-lighter]");
        break;
      case "ArrowRight":
        press(".act:not([hidden]) [data-main]");
        break;
      case "ArrowLeft":
        press("[data-side]:not([hidden]) [data-undo]");
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  private onSheet(sheet: HTMLDetailsElement): void {
    if (!sheet.open) return;
    for (const other of all<HTMLDetailsElement>("[data-sheet][open]")) if (other !== sheet) other.open = false;
  }

  private closeSheets(): void {
    for (const sheet of all<HTMLDetailsElement>("[data-sheet][open]")) {
      sheet.open = false;
      one("summary", sheet)?.focus({ preventScroll: true });
    }
  }

  // --- light and dark: the address says which, so that nothing has to be kept

  private switchTheme(event: Event): void {
    event.preventDefault();
    const light = document.documentElement.dataset.theme !== "light";
    history.replaceState(null, "", light ? "?theme=light" : location.pathname);
    this.applyTheme();
  }

  private applyTheme(): void {
    const light = new URLSearchParams(location.search).get("theme") === "light";
    document.documentElement.dataset.theme = light ? "light" : "dark";
    for (const word of all("[data-to]")) word.hidden = (word.dataset.to === "light") === light;
  }

  private offerVibration(): void {
    const key = one<HTMLButtonElement>("[data-vibrate]");
    if (!key || !("vibrate" in navigator)) return;
    key.hidden = false;
    key.addEventListener("click", () => {
      key.setAttribute("aria-pressed", String(key.getAttribute("aria-pressed") !== "true"));
      this.buzz();
    });
  }

  private buzz(): void {
    if (one("[data-vibrate]")?.getAttribute("aria-pressed") === "true") navigator.vibrate(120);
  }

  // --- other devices, and no line at all

  /** Listens for other devices while somebody is here. */
  private attend(): void {
    this.awake();
    if (!this.active()) {
      this.stream?.close();
      this.stream = null;
      return;
    }
    if (this.stream || !("EventSource" in window)) return;
    this.stream = new EventSource(`${this.form.dataset.at}/session/watch`);
    this.stream.addEventListener("message", () => this.log.send());
    this.stream.addEventListener("open", () => this.log.send());
    this.stream.addEventListener("error", () => {
      if (this.stream?.readyState === EventSource.CLOSED) this.stream = null; // refused: asked again later
    });
  }

  private async keepShell(): Promise<void> {
    if (!this.log.keeps || !navigator.serviceWorker || this.log.state !== "started") return;
    try {
      await navigator.serviceWorker.register("/sw.js", { scope: "/visits/" });
      const response = await fetch(location.pathname + location.search);
      if (!response.ok || response.redirected) return;
      // the copy must not believe the time at which it was made
      await this.log.keepPage((await response.text()).replace(/data-now="\d+"/, 'data-now="0"'));
      await keepFiles();
      document.documentElement.dataset.offline = "ready";
    } catch {
      // no line yet: the next load tries again
    }
  }
}

/** Keeps the files that this page has loaded, and drops those of an older edition. */
async function keepFiles(): Promise<void> {
  const loaded = performance.getEntriesByType("resource").map((r) => r.name);
  const named = [...all<HTMLLinkElement>("link[href]").map((l) => l.href), ...all<HTMLScriptElement>("script[src]").map((s) => s.src), ...all<SVGImageElement>("image").map((i) => i.href.baseVal)];
  const urls = new Set([...loaded, ...named].map((u) => new URL(u, location.href)).filter((u) => u.origin === location.origin && /^\/(static|body)\//.test(u.pathname)).map((u) => u.href));
  const cache = await caches.open(shelf);
  for (const old of await cache.keys()) if (!urls.has(old.url)) await cache.delete(old);
  const kept = new Set((await cache.keys()).map((r) => r.url));
  await cache.addAll([...urls].filter((u) => !kept.has(u)));
}

function clockOf(left: number): string {
  const seconds = Math.floor(Math.abs(left) / second);
  return `${left < 0 ? "+" : ""}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function minutes(n: number): string {
  return words("min", n);
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function setText(selector: string, text: string, within: ParentNode = document): void {
  const element = one(selector, within);
  if (element && element.textContent !== text) element.textContent = text;
}

function toggle(selector: string, shown: boolean): void {
  for (const element of all(selector)) element.hidden = !shown;
}

document.documentElement.classList.add("script");
const form = one<HTMLFormElement>("#taps");
if (form) void new Screen(form).run();
else idle();
