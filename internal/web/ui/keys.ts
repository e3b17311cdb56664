// Keys for the workspace, with a sheet that lists them. They never act while somebody
// types, and one switch turns them off on this device (WCAG 2.1.4).
import { all, one } from "./dom";

const offKey = "knead.keys";
const patience = 1500; // for the second key of two

let first = "";
let forget = 0;

export function keys(): void {
  document.onkeydown = one(".desk-nav") ? pressed : null;
  for (const box of all<HTMLInputElement>("[data-keys-switch]")) {
    box.checked = !off();
    box.onchange = () => turn(box.checked);
  }
}

function off(): boolean {
  try {
    return localStorage.getItem(offKey) === "off";
  } catch {
    return false;
  }
}

function turn(on: boolean): void {
  try {
    if (on) localStorage.removeItem(offKey);
    else localStorage.setItem(offKey, "off");
  } catch {
    // no storage: the switch holds for this page alone, which is to say not at all
  }
  for (const box of all<HTMLInputElement>("[data-keys-switch]")) box.checked = on;
}

function pressed(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  const typing = target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing || off() || one("dialog[open]")) return;
  const two = first === "g" ? `g ${event.key}` : "";
  first = "";
  window.clearTimeout(forget);
  if (event.key === "g" && !two) {
    first = "g";
    forget = window.setTimeout(() => {
      first = "";
    }, patience);
    return;
  }
  const act = acts[two || event.key];
  if (act?.()) event.preventDefault();
}

const acts: Record<string, () => boolean> = {
  "g t": () => follow('.desk-nav a[href="/today"]'),
  "g c": () => follow('.desk-nav a[href="/clients"]'),
  "g i": () => follow('.desk-nav a[href="/inbox"]'),
  n: () => go("/clients/new"),
  "/": () => focus(one("[data-find-key]")),
  j: () => row(1),
  k: () => row(-1),
  h: () => send("/hide-names"),
  l: () => send("/lock"),
  "?": sheet,
};

function follow(link: string): boolean {
  const to = one<HTMLAnchorElement>(link);
  to?.click();
  return to !== null;
}

function go(path: string): boolean {
  location.assign(path);
  return true;
}

function focus(element: HTMLElement | null): boolean {
  element?.focus();
  return element !== null;
}

/** Goes to the next row of a list, or the one before. Enter opens it, as any link. */
function row(step: number): boolean {
  const rows = all("main .day-who a, main .people a, main .inbox a, main .states a, main .rows a");
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  return focus(rows[next] ?? null);
}

function send(action: string): boolean {
  const form = one<HTMLFormElement>(`.desk-top form[action="${action}"]`);
  form?.requestSubmit();
  return form !== null;
}

function sheet(): boolean {
  const dialog = one<HTMLDialogElement>("dialog#keys");
  dialog?.showModal();
  return dialog !== null;
}
