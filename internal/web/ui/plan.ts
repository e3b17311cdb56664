// The plan: the slider and the wishes plan again by themselves, a column of the
// landscape leads to its row, and rows can be dragged to another place.
import { all, announce, one, words } from "./dom";
import { submit } from "./swap";

export function plan(): void {
  const dock = one("#plan");
  const form = one<HTMLFormElement>("#work");
  if (!dock || !form) return;
  minutes(form);
  for (const field of all<HTMLInputElement | HTMLSelectElement>("[data-auto]")) field.addEventListener("change", () => void submit(form, null, field.id ? `#${field.id}` : `[name="${field.name}"][value="${field.value}"]`));
  for (const link of all("[data-for]", dock)) {
    const row = document.getElementById(`s-${link.dataset.for}`);
    const light = (on: boolean) => {
      link.parentElement?.classList.toggle("on", on);
      row?.classList.toggle("on", on);
    };
    for (const element of [link, row]) {
      element?.addEventListener("pointerenter", () => light(true));
      element?.addEventListener("pointerleave", () => light(false));
      element?.addEventListener("focusin", () => light(true));
      element?.addEventListener("focusout", () => light(false));
    }
    link.addEventListener("click", () => {
      row?.scrollIntoView({ block: "center" });
      row?.focus({ preventScroll: true });
    });
  }
  drag(form);
  document.addEventListener("keydown", closeMenus);
}

function closeMenus(e: KeyboardEvent): void {
  if (e.key !== "Escape") return;
  for (const menu of all<HTMLDetailsElement>("details.edit[open], details.menu[open]")) {
    menu.open = false;
    one("summary", menu)?.focus();
  }
}

function minutes(form: HTMLFormElement): void {
  const range = one<HTMLInputElement>("[data-minutes]");
  const field = one<HTMLInputElement>("#minutes");
  if (!range || !field) return;
  let wait = 0;
  range.addEventListener("input", () => {
    field.value = range.value;
    window.clearTimeout(wait);
    wait = window.setTimeout(() => void submit(form, null, "[data-minutes]"), 250);
  });
  field.addEventListener("change", () => void submit(form, null, "#minutes"));
}

function drag(form: HTMLFormElement): void {
  const rows = all<HTMLTableRowElement>("[data-order]");
  let held: HTMLTableRowElement | null = null;
  for (const row of rows) {
    const handle = one("summary", row);
    handle?.setAttribute("draggable", "true");
    handle?.addEventListener("dragstart", (e) => {
      held = row;
      row.classList.add("dragged");
      e.dataTransfer?.setData("text/plain", row.dataset.row ?? "");
      e.dataTransfer?.setDragImage(row, 10, 10);
    });
    handle?.addEventListener("dragend", () => {
      for (const r of rows) r.classList.remove("dragged", "over");
      held = null;
    });
    row.addEventListener("dragover", (e) => {
      if (!held || held === row) return;
      e.preventDefault();
      for (const r of rows) r.classList.toggle("over", r === row);
    });
    row.addEventListener("drop", (e) => {
      e.preventDefault();
      if (!held) return;
      const to = document.createElement("input");
      to.type = "hidden";
      to.name = "to";
      to.value = row.dataset.order ?? "";
      const what = document.createElement("button");
      what.name = "edit";
      what.value = `to ${held.dataset.row}`;
      what.hidden = true;
      form.append(to, what);
      announce(words("moved", to.value));
      void submit(form, what);
    });
  }
}
