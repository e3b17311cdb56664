// What a tap writes into the log. session.go in the same words: tapped.
import { type Happening, type Places, type Plan, Session, standing, stopsSession } from "./sessionfold";

export interface Tap {
  tap: string;
  step?: string; // the step that the screen showed
  value?: number;
  text?: string;
  technique?: string;
  rule?: string;
  mark?: number;
}

export interface Table {
  plan: Plan;
  places: Places;
  notHere: Record<string, string[]>; // the words of the area of a step
}

/** An event before it has an id, a device and a time. */
export type Draft = Omit<Happening, "id" | "device" | "at" | "seq">;

/**
 * The events of a tap, given the log, the time and whose tap it is. newStep names a step
 * that is added. A tap on what is no longer on the screen is none.
 */
export function tapped(table: Table, log: Happening[], now: number, device: string, tap: Tap, newStep: string): Draft[] {
  const run = (more: Draft[]): Session => new Session(table.plan, [...log, ...more.map((d, i) => ({ ...d, id: `draft-${i}`, device, at: now, seq: Number.MAX_SAFE_INTEGER - more.length + i }))], table.places);
  const session = run([]);
  const m = session.at(now);
  const shown = m.step || m.next;
  const step = tap.step ?? "";
  const about = step !== "" && session.index(step) >= 0;
  /** Goes on to the next step, unless the client is asked first. */
  const goOn = (events: Draft[]): Draft[] => {
    const after = run(events).at(now);
    const runs = after.phase === "running" || after.phase === "not-started";
    return runs && !after.step && after.next && !after.ask ? [...events, { kind: "step-begin", step: after.next }] : events;
  };
  switch (tap.tap) {
    case "begin":
      return about && m.step !== step && (m.phase === "running" || m.phase === "not-started") ? [{ kind: "step-begin", step }] : [];
    case "done":
      return about && m.step === step ? goOn([{ kind: "step-done", step }]) : [];
    case "skip":
      return about && shown === step ? goOn([{ kind: "skip", step }]) : [];
    case "pause":
      return m.phase === "running" ? [{ kind: "pause" }] : [];
    case "resume":
      return m.phase === "paused" ? [{ kind: "resume" }] : [];
    case "lighter":
      return about ? [{ kind: "pressure-less", step }] : [];
    case "firmer":
      return about ? [{ kind: "pressure-more", step }] : [];
    case "comfort": {
      const value = tap.value ?? 0;
      if (!about) return [];
      const events: Draft[] = [{ kind: "comfort", step, value }];
      if (value === 7) events.push({ kind: "pressure-less", step });
      return m.ask === step ? goOn(events) : events;
    }
    case "not-here": {
      if (!about || shown !== step) return [];
      const a = session.steps[session.index(step)];
      const words = a.added ? [a.step.words ?? ""] : (table.notHere[step] ?? []);
      return goOn(words.length ? words.map((text) => ({ kind: "consent-withdrawn", text })) : [{ kind: "skip", step }]);
    }
    case "not-technique": {
      if (!about || shown !== step) return [];
      const { technique } = session.steps[session.index(step)].step;
      const events: Draft[] = [technique ? { kind: "technique-declined", technique } : { kind: "skip", step }];
      return run(events).offers().length > 0 ? events : goOn(events); // else somebody is asked what comes instead
    }
    case "instead":
      return session.offers().some((o) => o.technique === tap.technique) ? goOn([{ kind: "technique-instead", technique: tap.technique }]) : [];
    case "add":
      return [{ kind: "add", step: newStep, text: tap.text, technique: tap.technique, value: tap.value }];
    case "stop":
      return [{ kind: "stop", rule: tap.rule }];
    case "unstop":
      return standing(log).filter(stopsSession).map((e) => ({ kind: "undo", undoes: e.id }));
    case "undo":
      return lastTap(log, device).map((e) => ({ kind: "undo", undoes: e.id }));
    case "pain-before":
    case "pain-after":
      return [{ kind: tap.tap, mark: tap.mark, value: tap.value }];
    case "remark":
      return tap.text?.trim() ? [about ? { kind: "remark", step, text: tap.text.trim() } : { kind: "remark", text: tap.text.trim() }] : [];
    case "unend":
      return standing(log).filter((e) => e.kind === "end").map((e) => ({ kind: "undo", undoes: e.id }));
    case "end":
      return session.ended ? [] : [{ kind: "end" }];
  }
  return [];
}

/** The events of this device's last tap that still stands: they have one time. */
export function lastTap(log: Happening[], device: string): Happening[] {
  const mine = standing(log).filter((e) => e.device === device);
  const last = mine.at(-1);
  return last ? mine.filter((e) => e.at === last.at) : [];
}
