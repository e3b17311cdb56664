// Drawings over time: moving a slider puts the comparison of those two into the page. And
// the check-in: a sign of an emergency is answered at once, and "none" takes ticks back.
import { all, announce, one, words } from "./dom";

export function overtime(): void {
  const form = one<HTMLFormElement>("form[data-slide]");
  if (form) slide(form);
  const checkin = one<HTMLFormElement>("form[data-checkin]");
  if (checkin) ticks(checkin);
}

function slide(form: HTMLFormElement): void {
  const dates = all<HTMLInputElement>("[data-date]", form).map((d) => d.value);
  const ranges = all<HTMLInputElement>("input[type=range]", form);
  const view = one("#compare-view");
  if (!view || ranges.length !== 2) return;
  let wait = 0;
  let running: AbortController | null = null;
  const show = async () => {
    running?.abort();
    running = new AbortController();
    const url = new URL(form.action);
    for (const r of ranges) url.searchParams.set(r.name, r.value);
    try {
      const response = await fetch(url, { signal: running.signal });
      const next = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("#compare-view");
      if (!response.ok || !next) return;
      view.replaceChildren(...next.childNodes);
      history.replaceState(history.state, "", url);
      const [a, b] = ranges.map((r) => Number(r.value)).sort((x, y) => x - y);
      announce(words("compared", dates[a! - 1] ?? "", dates[b! - 1] ?? ""));
    } catch {
      // moved on, or not reachable: what was there stays
    }
  };
  for (const range of ranges) {
    range.addEventListener("input", () => {
      const date = dates[Number(range.value) - 1] ?? "";
      range.setAttribute("aria-valuetext", date);
      const out = one(`output[data-of="${range.name}"]`, form);
      if (out) out.textContent = date;
      window.clearTimeout(wait);
      wait = window.setTimeout(() => void show(), 120);
    });
  }
}

function ticks(form: HTMLFormElement): void {
  const now = one<HTMLButtonElement>("[data-now]", form);
  for (const [of, none] of [
    ["[data-sign]", "[data-no-sign]"],
    ["[data-effect]", "[data-no-effect]"],
  ] as const) {
    const boxes = all<HTMLInputElement>(of, form);
    const nothing = one<HTMLInputElement>(none, form);
    nothing?.addEventListener("change", () => {
      if (nothing.checked) for (const b of boxes) b.checked = false;
    });
    for (const box of boxes) {
      box.addEventListener("change", () => {
        if (box.checked && nothing) nothing.checked = false;
      });
    }
  }
  for (const sign of all<HTMLInputElement>("[data-sign]", form)) {
    sign.addEventListener("change", () => now?.classList.toggle("main", all<HTMLInputElement>("[data-sign]", form).some((s) => s.checked)));
  }
}
