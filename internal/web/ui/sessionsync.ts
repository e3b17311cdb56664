// Carries taps to the record and brings those of other devices. A tap is on the screen at
// once and in the vault before it is sent; it is sent until the record has it.
import { type Happening, merge, type Places } from "./sessionfold";
import { canKeep, newID, Vault, wipe } from "./vault";
import type { Draft } from "./sessiontap";

export type Line = "fine" | "offline" | "locked" | "refused" | "gone";

interface Answer {
  now: number;
  state: string;
  count: number;
  log?: { events: Happening[] };
  places?: Places;
}

const firstPause = 1000;
const longestPause = 30_000;

export class Log {
  private byID = new Map<string, Happening>();
  private unsent = new Set<string>();
  private sorted: Happening[] | null = null;
  private vault: Vault | null = null;
  private device = `screen-${newID().slice(0, 8)}`;
  private seq = 0;
  private lastAt = 0;
  private offset: number; // of the server's clock, in microseconds
  private running = false;
  private again = false;
  private pause = firstPause;
  private timer = 0;
  line: Line = "fine";
  why = "";
  patient = (): boolean => false; // nobody waits for news: then only taps are sent

  constructor(
    private readonly visit: string,
    private readonly address: string,
    events: Happening[],
    serverNow: number,
    public state: string,
    private readonly places: Places,
    private readonly changed: () => void,
  ) {
    for (const e of events) this.byID.set(e.id, e);
    this.offset = serverNow ? serverNow - Date.now() * 1000 : 0;
    this.known = serverNow ? events.length : -1;
  }

  private known: number; // how many events the record had when it was last heard of; -1: never

  /** Opens the vault and takes out what waits there. */
  async open(tag: string): Promise<void> {
    if (canKeep()) {
      try {
        this.vault = await Vault.open(tag);
        this.device = this.vault.device;
        if (this.known < 0) this.offset = this.vault.offset;
        else await this.vault.setOffset(this.offset);
        for (const { event, sent } of await this.vault.events(this.visit)) {
          if (!this.byID.has(event.id)) this.byID.set(event.id, event);
          if (!sent) this.unsent.add(event.id);
        }
        await this.vault.keep(this.visit, [...this.byID.values()].filter((e) => !this.unsent.has(e.id)), true);
      } catch {
        this.vault = null; // a private window may refuse: then taps live as long as the tab
      }
    }
    this.sorted = null;
    this.changed();
    this.send();
  }

  get events(): Happening[] {
    this.sorted ??= merge([...this.byID.values()]);
    return this.sorted;
  }

  get waiting(): number {
    return this.unsent.size;
  }

  get by(): string {
    return this.device;
  }

  /** The time by the server's clock, in microseconds. */
  now(): number {
    return Date.now() * 1000 + this.offset;
  }

  /** Adds what one tap did. All of it has one time, so that it is taken back together. */
  add(drafts: Draft[]): void {
    if (drafts.length === 0) return;
    this.lastAt = Math.max(this.now(), this.lastAt + 1);
    const events = drafts.map((d): Happening => ({ id: newID(), device: this.device, at: this.lastAt, seq: this.vault ? this.vault.next() : this.seq++, ...d }));
    for (const e of events) {
      this.byID.set(e.id, e);
      this.unsent.add(e.id);
    }
    this.sorted = null;
    this.changed();
    const kept = this.vault?.keep(this.visit, events, false) ?? Promise.resolve();
    void kept.catch(() => {}).then(() => this.send()); // a full disk must not keep a tap from being sent
  }

  /** Sends what waits and asks for what is new, now or as soon as the last try has ended. */
  send(): void {
    window.clearTimeout(this.timer);
    if (this.line === "gone") return;
    if (this.running) {
      this.again = true;
      return;
    }
    void this.exchange();
  }

  private async exchange(): Promise<void> {
    this.running = true;
    this.again = false;
    const batch = this.events.filter((e) => this.unsent.has(e.id)).slice(0, 500);
    const before = Date.now();
    try {
      const response = await fetch(`${this.address}/events?have=${this.known + batch.length}`, {
        method: "POST",
        // who only listens is not there: the sign-in locks by its own clock
        headers: { "Content-Type": "application/json", ...(batch.length === 0 ? { "Knead-Live": "session" } : {}) },
        body: JSON.stringify({ events: batch }),
        signal: AbortSignal.timeout(15_000),
      });
      if (response.ok) await this.take((await response.json()) as Answer, batch, before);
      else await this.refused(response);
    } catch {
      this.line = "offline";
    }
    this.running = false;
    this.changed();
    if (this.line === "gone") return;
    if (this.line === "fine" && (this.again || this.unsent.size > 0)) {
      this.send();
      return;
    }
    if (this.patient() && this.unsent.size === 0) return;
    const pause = this.line === "fine" ? longestPause : this.pause;
    this.pause = this.line === "fine" ? firstPause : Math.min(2 * this.pause, longestPause / 2);
    this.timer = window.setTimeout(() => this.send(), this.again ? 0 : pause);
  }

  private async take(answer: Answer, batch: Happening[], before: number): Promise<void> {
    this.line = "fine";
    this.why = "";
    this.state = answer.state;
    const after = Date.now();
    const offset = answer.now - ((before + after) / 2) * 1000;
    if (Math.abs(offset - this.offset) > Math.max(500_000, (after - before) * 1000)) {
      this.offset = offset;
      await this.vault?.setOffset(offset).catch(() => {});
    }
    Object.assign(this.places, answer.places);
    const news = answer.log?.events ?? [];
    for (const e of batch) this.unsent.delete(e.id);
    for (const e of news) {
      this.byID.set(e.id, e);
      this.unsent.delete(e.id);
    }
    this.known = answer.count;
    this.sorted = null;
    await this.vault?.keep(this.visit, [...batch, ...news], true).catch(() => {});
    if (this.state !== "started" && this.unsent.size === 0) await this.vault?.forget(this.visit, location.pathname).catch(() => {});
  }

  private async refused(response: Response): Promise<void> {
    const said = (await response.json().catch(() => ({}))) as { why?: string; text?: string };
    this.why = said.text ?? "";
    switch (said.why) {
      case "gone":
        this.line = "gone";
        this.vault?.close();
        await wipe();
        break;
      case "locked":
        this.line = "locked";
        await this.putAway();
        break;
      case "refused":
        this.line = "refused";
        break;
      default:
        this.line = "offline"; // a fault of the server, or of what stands before it
    }
  }

  /** Keeps a copy of the page, for a tab that starts without a line. */
  async keepPage(html: string): Promise<void> {
    await this.vault?.keepPage(location.pathname, html);
  }

  /** Drops the copy of the page: whoever holds a locked screen must not open one. */
  async putAway(): Promise<void> {
    await this.vault?.dropPages().catch(() => {});
  }

  get keeps(): boolean {
    return this.vault !== null;
  }
}
