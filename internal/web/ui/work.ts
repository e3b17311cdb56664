// The work of this tab: kept in sessionStorage so that a reload loses nothing, and
// wiped by 'New client'. It is the same fields that the forms carry.

import { one } from "./dom";

const key = "knead.work";
const carried = ["visit", "figure", "mode", "anyway", "paint"];

/** Whether the page belongs to somebody alone, of whom nothing is kept, not even here. */
export function alone(): boolean {
  return one("#page")?.dataset.alone !== undefined;
}

export type Work = Record<string, string>;

export function readWork(): Work | null {
  const text = sessionStorage.getItem(key);
  if (!text) return null;
  try {
    return JSON.parse(text) as Work;
  } catch {
    return null;
  }
}

export function wipeWork(): void {
  sessionStorage.removeItem(key);
}

/** Keeps what the form of the page carries. */
export function keepWork(form: HTMLFormElement | null): void {
  if (!form || alone()) return;
  const work: Work = {};
  for (const name of carried) {
    const fields = [...form.elements].filter((e): e is HTMLInputElement => e instanceof HTMLInputElement && e.name === name && e.type === "hidden" && !e.disabled);
    const field = fields.at(-1);
    if (field) work[name] = field.value;
  }
  sessionStorage.setItem(key, JSON.stringify(work));
}
