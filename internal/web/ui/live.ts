// Keeps what a page shows up to date while a client answers elsewhere: hears that
// something changed, asks for the page again, and puts the parts in place that differ.
import { all, announce, one, words } from "./dom";

interface Heard {
  kind: string;
  visit?: string;
  client?: string;
}

let source: EventSource | null = null;
let waiting = 0;
let listening = false;
let finished = false; // a client has sent all answers since the page was last asked for

export function live(): void {
  if (!listening) {
    listening = true;
    document.addEventListener("visibilitychange", () => (document.hidden ? shut() : open(true)));
    window.addEventListener("pagehide", shut);
    window.addEventListener("pageshow", (event) => event.persisted && open(true));
  }
  open(false);
}

function open(missed: boolean): void {
  const place = one("main[data-live-at]");
  if (!place) shut();
  if (!place || document.hidden) return; // a hidden page holds no connection
  if (missed) later();
  if (source) return;
  source = new EventSource("/events");
  source.onmessage = (event: MessageEvent<string>) => heard(JSON.parse(event.data) as Heard);
}

function shut(): void {
  source?.close();
  source = null;
}

function heard(event: Heard): void {
  const of = one("main[data-live-at]")?.dataset.liveOf;
  if (!of || (of !== "day" && of !== event.visit && of !== event.client)) return;
  finished ||= event.kind === "intake";
  later();
}

function later(): void {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => void refresh(), 400); // a client taps faster than anybody reads
}

async function refresh(): Promise<void> {
  const place = one("main[data-live-at]");
  if (!place || document.hidden) return;
  try {
    const response = await fetch(place.dataset.liveAt ?? "", { headers: { "Knead-Live": "page" } });
    if (!response.ok || response.redirected) {
      shut(); // signed out or locked: the next tap says so
      return;
    }
    const next = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!place.isConnected) return;
    const changed = all("[data-live][id]").filter((part) => replace(part, next)).length > 0;
    if (changed) announce(finished ? words("live-finished") : words("live-changed"));
    finished = false;
  } catch {
    // not reachable: the page stays as it is
  }
}

/** Puts a part of the next page in place, and the focus where it was. */
function replace(part: HTMLElement, next: Document): boolean {
  const to = one(`#${CSS.escape(part.id)}`, next);
  if (!to || to.outerHTML === part.outerHTML) return false;
  const active = document.activeElement as HTMLElement | null;
  const within = active && part.contains(active) ? active : null;
  if (within?.matches("input, textarea, select")) return false; // somebody types there
  const again = within?.getAttribute("href");
  part.replaceWith(document.adoptNode(to));
  if (again) one(`a[href="${CSS.escape(again)}"]`, to)?.focus({ preventScroll: true });
  return true;
}
