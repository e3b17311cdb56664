// Small conveniences of the workspace: copy a link, find clients while typing, guess the
// time zone, and `/` to go to the search.
import { all, announce, one, words } from "./dom";

export function desk(): void {
  for (const button of all<HTMLButtonElement>("[data-copy-from]")) button.addEventListener("click", () => void copy(button));
  const zone = one<HTMLInputElement>("[data-zone]");
  if (zone && !zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const form of all<HTMLFormElement>("form[data-search]")) searchWhileTyping(form);
  document.onkeydown = slash;
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

function slash(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.key !== "/" || event.ctrlKey || event.metaKey || target.matches("input, textarea, select, [contenteditable]")) return;
  const field = one<HTMLInputElement>("[data-find-key]");
  if (!field) return;
  event.preventDefault();
  field.focus();
}
