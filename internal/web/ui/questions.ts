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
  const back = one<HTMLButtonElement>("[data-one-back]", section);
  const onward = one<HTMLButtonElement>("[data-one-on]", section);
  let at = items.findIndex((li) => value(li) === "" || li.querySelector(".err"));
  if (at < 0) at = items.length;

  const show = (focus: boolean): void => {
    const done = at >= items.length;
    for (const [i, li] of items.entries()) {
      li.hidden = i !== at;
      li.firstElementChild?.classList.toggle("asked", i === at);
    }
    others.hidden = !done;
    section.classList.toggle("done", done);
    if (back) back.hidden = at === 0;
    if (onward) onward.hidden = true;
    if (counter) counter.textContent = done ? words("questions-done", items.length) : words("question", at + 1, items.length);
    if (!focus) return;
    const next = done ? one<HTMLElement>("h2", others) : one<HTMLElement>("input:checked, input", items[at]);
    if (done && next) next.tabIndex = -1;
    next?.focus({ preventScroll: !done });
    if (done) next?.scrollIntoView({ block: "start" });
  };

  const answer = (li: HTMLElement, picked: string): void => {
    const more = li.querySelector(":scope > fieldset > :is(.follow, .wants)");
    if (picked !== "no" && !more) {
      const now = document.createElement("button"); // what may be an emergency does not wait for the rest
      now.name = "now";
      now.value = "1";
      now.hidden = true;
      form.append(now);
      void submit(form, now);
      return;
    }
    if (picked !== "no" && more) {
      if (onward) onward.hidden = false;
      return;
    }
    goOn(li);
  };
  const goOn = (li: HTMLElement): void => {
    at = items.indexOf(li) + 1;
    show(true);
  };
  onward?.addEventListener("click", () => items[at] && goOn(items[at]));

  back?.addEventListener("click", () => {
    at = Math.max(0, Math.min(at, items.length) - 1);
    show(true);
  });
  for (const li of items) {
    let byArrow = false; // arrow keys choose while they move; only a press answers
    li.addEventListener("keydown", (e) => {
      byArrow = e.key.startsWith("Arrow");
    });
    for (const radio of all<HTMLInputElement>(":scope > fieldset > .picks input", li)) {
      radio.addEventListener("click", () => {
        if (!byArrow) answer(li, radio.value);
        byArrow = false;
      });
      radio.addEventListener("keydown", (e) => {
        if (e.key !== "Enter" && e.key !== " ") return;
        e.preventDefault();
        radio.checked = true;
        answer(li, radio.value);
      });
    }
  }
  show(false);
}
