// The list of regions and the field of words: the same drawing without a pointer.
import { all, one, words } from "./dom";
import type { Painter } from "./painter";

export function regionList(painter: Painter): void {
  const list = one("#list");
  if (!list) return;
  const rows = all("[data-region]", list);

  for (const row of rows) {
    const region = 2 * Number(row.dataset.region);
    const level = one<HTMLSelectElement>("select", row);
    for (const box of all<HTMLInputElement>("input[type=checkbox]", row)) {
      const side = box.value.endsWith(":left") ? 1 : 0;
      box.addEventListener("change", () => void painter.toggle(region + side, Number(level?.value ?? 5), box.checked));
    }
  }

  // boxes follow the drawing, whoever painted it
  const follow = async (): Promise<void> => {
    const of = await painter.regions();
    const size = new Map<number, number>();
    for (const r of of) size.set(r, (size.get(r) ?? 0) + 1);
    const painted = new Map<number, number>();
    const seen = new Set<number>();
    for (const mark of painter.drawing.marks) {
      for (const cell of mark.levels.keys()) {
        if (seen.has(cell)) continue;
        seen.add(cell);
        painted.set(of[cell], (painted.get(of[cell]) ?? 0) + 1);
      }
    }
    for (const row of rows) {
      const region = 2 * Number(row.dataset.region);
      for (const box of all<HTMLInputElement>("input[type=checkbox]", row)) {
        const r = region + (box.value.endsWith(":left") ? 1 : 0);
        box.checked = (painted.get(r) ?? 0) >= 0.6 * (size.get(r) ?? 1);
      }
    }
  };
  let asked = false;
  const ask = (): void => {
    asked = true;
    void follow();
  };
  painter.onChange(() => {
    if (asked) void follow();
  });
  for (const group of all<HTMLDetailsElement>(".group", list)) group.addEventListener("toggle", () => group.open && ask());

  const filter = one<HTMLInputElement>("#filter");
  filter?.addEventListener("input", () => {
    const parts = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !parts.every((p) => (row.dataset.find ?? "").includes(p));
    for (const group of all<HTMLDetailsElement>(".group", list)) {
      const any = all("[data-region]", group).some((r) => !r.hidden);
      group.hidden = !any;
      group.open = any && parts.length > 0;
    }
  });

  const say = one<HTMLInputElement>("#say");
  const button = one<HTMLButtonElement>("[data-say]");
  const said = one("#say-said");
  const send = async (): Promise<void> => {
    const text = say?.value.trim() ?? "";
    if (!say || text === "") return;
    const problem = await painter.say(text, Number(one<HTMLSelectElement>("#say-level")?.value ?? 5));
    if (said) {
      said.replaceChildren();
      if (problem) {
        const p = document.createElement("p");
        p.className = "err";
        p.id = "say-err";
        p.textContent = problem;
        said.append(p);
      } else {
        const p = document.createElement("p"); // the marks stand above, out of sight on a phone
        p.className = "quiet small";
        p.textContent = words("found", text);
        said.append(p);
      }
    }
    if (problem) {
      say.setAttribute("aria-invalid", "true");
      say.setAttribute("aria-describedby", "say-err");
      say.focus();
    } else {
      say.removeAttribute("aria-invalid");
      say.removeAttribute("aria-describedby");
      say.value = "";
      say.focus();
    }
  };
  button?.addEventListener("click", (e) => {
    e.preventDefault();
    void send();
  });
  say?.addEventListener("keydown", (e) => {
    if (e.key !== "Enter") return;
    e.preventDefault();
    void send();
  });
}
