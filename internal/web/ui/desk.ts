// Small conveniences of the workspace: copy a link, find while typing, guess the time
// zone, and come back to this page after names were hidden.
import { all, announce, one, words } from "./dom";

export function desk(): void {
  for (const button of all<HTMLButtonElement>("[data-copy-from]")) button.addEventListener("click", () => void copy(button));
  const zone = one<HTMLInputElement>("[data-zone]");
  if (zone && !zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const here = one<HTMLInputElement>('form[action="/hide-names"] [name=to]');
  if (here) here.value = location.pathname;
  for (const form of all<HTMLFormElement>("form[data-search]")) searchWhileTyping(form);
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const field = one<HTMLInputElement>(button.dataset.copyFrom ?? "");
  if (!field) return;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = words("copied");
    announce(words("copied"));
  } catch {
    field.focus(); // the browser does not let pages copy: it stands selected
  }
}

/** Puts the list of the answer into the page while somebody types. */
function searchWhileTyping(form: HTMLFormElement): void {
  const input = one<HTMLInputElement>("input[type=search]", form);
  const list = one(form.dataset.search ?? "");
  if (!input || !list) return;
  let wait = 0;
  let running: AbortController | null = null;
  input.addEventListener("input", () => {
    window.clearTimeout(wait);
    wait = window.setTimeout(async () => {
      running?.abort();
      running = new AbortController();
      const url = new URL(form.action);
      url.searchParams.set("q", input.value);
      try {
        const response = await fetch(url, { signal: running.signal });
        const next = new DOMParser().parseFromString(await response.text(), "text/html").querySelector(form.dataset.search ?? "");
        if (response.ok && next) list.replaceChildren(...next.childNodes);
      } catch {
        // typed on, or not reachable: the button still searches
      }
    }, 120);
  });
}
