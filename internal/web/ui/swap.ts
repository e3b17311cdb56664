// Forms without a page load: a form marked data-swap is posted, and the answer takes
// the place of the page. The server's answer is the same as without script.
import { all, announce, one, words } from "./dom";
import { alone, keepWork, readWork, wipeWork } from "./work";

type Enhance = () => void;

let running: AbortController | null = null;
let enhancePage: Enhance = () => {};

export function swapWith(enhance: Enhance): void {
  enhancePage = enhance;
  document.addEventListener("submit", onSubmit);
  document.addEventListener("click", onClick);
  document.addEventListener("change", (event) => {
    const target = event.target as HTMLElement;
    if (target.closest("form[data-open]")) target.closest("form")?.requestSubmit();
  });
  window.addEventListener("popstate", () => {
    if (alone() || one("#page")?.dataset.path === location.pathname) return; // a link within the page
    void go(location.pathname, readWork() ?? {}, false);
  });
}

/** Called once when a document has loaded: go on where the tab was. */
export function resume(fresh: boolean): boolean {
  if (alone()) return false;
  const page = one("#page");
  const work = readWork();
  const screen = page?.dataset.screen;
  if (work && (screen === "resume" || (screen === "paint" && fresh))) {
    void go(location.pathname, work, false);
    return true;
  }
  if (screen === "resume") {
    location.replace("/");
    return true;
  }
  if (screen !== "problem") {
    keepWork(one<HTMLFormElement>("#work"));
    history.replaceState(null, "", page?.dataset.path ?? "/");
  }
  return false;
}

function onClick(event: MouseEvent): void {
  const within = (event.target as HTMLElement).closest("details.menu, details.edit");
  for (const menu of all<HTMLDetailsElement>("details.menu[open], details.edit[open]")) if (menu !== within) menu.open = false;
  const target = (event.target as HTMLElement).closest<HTMLElement>("a, button");
  if (!target) return;
  target.closest<HTMLDetailsElement>("details.menu")?.removeAttribute("open");
  if (target.matches("[data-new]")) wipeWork();
  if (target.matches("[data-print]")) window.print();
  if (target.matches("[data-back]")) {
    const work = readWork();
    event.preventDefault();
    if (work) void go("/", work, true);
    else history.back();
  }
  if (target.matches("[data-home]")) {
    const form = one<HTMLFormElement>("#work");
    event.preventDefault();
    if (form) keepWork(form);
    void go("/", readWork() ?? {}, true);
  }
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const button = event.submitter as HTMLButtonElement | null;
  if (!form.matches("[data-swap]") || button?.matches("[data-plain]")) return;
  event.preventDefault();
  void submit(form, button);
}

/** Posts a form as its button would; focus finds what is to have the focus afterwards. */
export async function submit(form: HTMLFormElement, button: HTMLElement | null, focus = mark(button)): Promise<void> {
  if (!form.matches("[data-swap]")) {
    form.requestSubmit(button);
    return;
  }
  const path = new URL(button?.getAttribute("formaction") ?? form.action, location.href).pathname;
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) if (typeof value === "string") fields.append(name, value);
  const keep = form.matches("[data-keep]") && path === location.pathname;
  await fetchPage(path, fields, { push: true, keep, focus: keep ? focus : "" });
}

/** Shows a screen with the given work. */
async function go(path: string, work: Record<string, string>, push: boolean): Promise<void> {
  await fetchPage(path === "/" ? "/paint" : path, new URLSearchParams(work), { push, keep: false, focus: "" });
}

interface Arrival {
  push: boolean;
  keep: boolean; // the same screen again: stay where the eyes and the keyboard are
  focus: string;
}

async function fetchPage(path: string, fields: URLSearchParams, arrival: Arrival): Promise<void> {
  running?.abort();
  const control = new AbortController();
  running = control;
  const page = one("#page");
  page?.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(path, { method: "POST", body: fields, signal: control.signal });
    const text = await response.text();
    show(new DOMParser().parseFromString(text, "text/html"), arrival);
  } catch (error) {
    if ((error as Error).name === "AbortError") return;
    page?.removeAttribute("aria-busy");
    announce(words("failed"));
    window.alert(words("failed"));
  }
}

function show(next: Document, arrival: Arrival): void {
  const from = one("#page");
  const to = one("#page", next);
  if (!from || !to) {
    location.reload();
    return;
  }
  const opened = arrival.keep ? [...from.querySelectorAll<HTMLElement>("details[open][id]")].map((d) => d.id) : [];
  const top = scrollY;
  from.replaceWith(document.adoptNode(to));
  document.title = next.title;
  const path = to.dataset.path ?? "/";
  if (arrival.push && path !== location.pathname) history.pushState(null, "", path);
  else history.replaceState(null, "", path);
  keepWork(one<HTMLFormElement>("#work"));
  enhancePage();
  if (arrival.keep) {
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    scrollTo({ top, behavior: "instant" });
    const again = arrival.focus ? one(arrival.focus) : null;
    again?.focus({ preventScroll: true });
    return;
  }
  scrollTo({ top: 0, behavior: "instant" });
  if (toWrong()) return;
  const heading = one("main h1, main h2");
  if (heading) heading.tabIndex = -1;
  heading?.focus({ preventScroll: true });
}

/** Goes to the first thing on the page that has to be put right, if there is one. */
export function toWrong(): boolean {
  const wrongs = all<HTMLElement>("main [aria-invalid='true'], main .wrong input, main [aria-describedby$='-err']");
  const wrong = wrongs.find((e) => e.checkVisibility()) ?? one<HTMLElement>("#problem");
  if (!wrong) return false;
  if (!wrong.matches("input, select, textarea, button")) wrong.tabIndex = -1;
  wrong.focus({ preventScroll: true });
  wrong.scrollIntoView({ block: "center" });
  return true;
}

/** A selector that finds a button again on the next page. */
function mark(button: HTMLElement | null): string {
  if (!button) return "";
  if (button.id) return `#${CSS.escape(button.id)}`;
  const name = button.getAttribute("name");
  const value = button.getAttribute("value");
  if (!name || value === null) return "";
  if (name === "edit") {
    const step = value.split(" ")[1];
    if (step) return `[data-row="${CSS.escape(step)}"] summary`;
  }
  return `[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`;
}
