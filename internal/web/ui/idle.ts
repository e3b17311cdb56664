// Locks a screen that nobody touches, and tells the server while somebody does who asks
// for nothing. The server locks by its own clock in any case; this hides what is still
// shown. Tabs of one browser count as one screen.
import { one } from "./dom";

const seenKey = "knead.seen";
const tellEvery = 60_000; // far below the shortest lock
const lookEvery = 5_000;

let watching = 0;
let lockBy: () => void;
let listening = false;
let told = Date.now();

/** Watches from now on; a page that has more to put away than its address says how it locks. */
export function idle(by: () => void = () => void lock()): void {
  lockBy = by;
  window.clearInterval(watching);
  const minutes = Number(one("#page")?.dataset.idle ?? 0);
  if (!minutes) return;
  touch();
  if (!listening) {
    listening = true;
    for (const kind of ["pointerdown", "keydown", "scroll"]) document.addEventListener(kind, touched, { passive: true, capture: true });
  }
  watching = window.setInterval(() => {
    if (Date.now() - lastTouch() < minutes * 60_000) return;
    window.clearInterval(watching);
    lockBy();
  }, lookEvery);
}

function touched(): void {
  const now = Date.now();
  if (now - lastTouch() > 1_000) touch();
  if (now - told < tellEvery) return;
  told = now;
  void fetch("/seen", { method: "POST", body: new URLSearchParams() }).catch(() => undefined);
}

async function lock(): Promise<void> {
  const page = one("#page");
  page?.replaceChildren();
  try {
    await fetch("/lock", { method: "POST", body: new URLSearchParams() });
  } catch {
    // not reachable: the page is empty, and the server locks by itself
  }
  location.replace(`/unlock?to=${location.pathname}`);
}

function touch(): void {
  try {
    localStorage.setItem(seenKey, String(Date.now()));
  } catch {
    // no storage: this tab counts alone
  }
  own = Date.now();
}

let own = 0;

function lastTouch(): number {
  try {
    return Math.max(own, Number(localStorage.getItem(seenKey) ?? 0));
  } catch {
    return own;
  }
}
