// Questions: the urgent ones come one at a time, and a 'yes' to one of them goes to
// the server at once. The others only keep 'none of these' and the ticks in step.
import { all, one, words } from "./dom";
import { submit } from "./swap";

export function questions(): void {
  const form = one<HTMLFormElement>(".ask #work");
  if (!form) return;
  ticks();
  oneByOne(form);
}

function ticks(): void {
  for (const group of all("[data-group]")) {
    const none = one<HTMLInputElement>("[data-none]", group);
    const boxes = all<HTMLInputElement>("[data-tick]", group);
    none?.addEventListener("change", () => {
      if (none.checked) for (const box of boxes) box.checked = false;
    });
    for (const box of boxes) {
      box.addEventListener("change", () => {
        if (!box.checked) return;
        if (none) none.checked = false;
        const row = box.closest(".tick");
        if (row) for (const other of all<HTMLInputElement>(":scope > .picks [data-tick]", row)) if (other !== box) other.checked = false;
      });
    }
  }
}

function oneByOne(form: HTMLFormElement): void {
  const section = one("#urgent");
  const others = one("#others");
  if (!section || !others) return;
  const items = all("li", section).filter((li) => li.querySelector(":scope > fieldset"));
  const value = (li: HTMLElement): string => one<HTMLInputElement>(":scope > fieldset > .picks input:checked", li)?.value ?? "";
  const counter = one("[data-count]", section);

  const show = (focus: boolean): void => {
    const open = items.findIndex((li) => value(li) === "");
    const last = open < 0 ? items.length : open;
    for (const [i, li] of items.entries()) {
      li.hidden = i > last;
      li.firstElementChild?.classList.toggle("now", i === last);
    }
    others.hidden = open >= 0;
    if (counter) counter.textContent = open < 0 ? "" : words("question", open + 1, items.length);
    if (!focus) return;
    const next = open < 0 ? one<HTMLElement>("h2", others) : one<HTMLElement>("input", items[open]);
    if (open < 0 && next) next.tabIndex = -1;
    next?.focus({ preventScroll: true });
    (open < 0 ? next : items[open])?.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
  };

  for (const li of items) {
    for (const radio of all<HTMLInputElement>(":scope > fieldset > .picks input", li)) {
      // arrow keys move through a radio group and choose on the way: only a press or Enter answers
      let byArrow = false;
      radio.addEventListener("keydown", (e) => {
        byArrow = e.key.startsWith("Arrow");
        if (e.key === "Enter") {
          e.preventDefault();
          radio.checked = true;
          answer(li, radio.value);
        }
      });
      radio.addEventListener("click", (e) => {
        if ((e as PointerEvent).detail === 0 && byArrow) return;
        answer(li, radio.value);
      });
    }
    li.addEventListener("keydown", (e) => {
      if (e.key.startsWith("Arrow")) for (const r of all<HTMLInputElement>("input[type=radio]", li)) r.dataset.arrow = "1";
    });
  }

  function answer(li: HTMLElement, picked: string): void {
    const follow = li.querySelector(".follow, .wants");
    if (picked === "yes" && !follow) {
      void submit(form, null);
      return;
    }
    if (picked !== "no" && follow) return;
    show(true);
  }
  show(false);
}
