// The note: what is typed is kept as a draft, and phrases go in where the cursor was.
import { all, announce, one, words } from "./dom";

export function note(): void {
  const form = one<HTMLFormElement>("form[data-draft]");
  if (!form) return;
  let wait = 0;
  form.addEventListener("input", () => {
    window.clearTimeout(wait);
    wait = window.setTimeout(() => void keep(form), 800);
  });
  form.addEventListener("submit", () => window.clearTimeout(wait));
  let field = one<HTMLTextAreaElement>("textarea", form);
  form.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLTextAreaElement) field = event.target;
  });
  for (const button of all<HTMLButtonElement>("[data-phrase]", form)) {
    button.addEventListener("click", () => {
      if (!field) return;
      const at = field.selectionEnd;
      const before = field.value.slice(0, at);
      const gap = before === "" || before.endsWith("\n") ? "" : "\n";
      field.setRangeText(`${gap}${button.dataset.phrase ?? ""}`, at, at, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  }
}

async function keep(form: HTMLFormElement): Promise<void> {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  try {
    const response = await fetch(form.dataset.draft ?? "", { method: "POST", body: fields });
    if (response.ok) announce(words("draft-kept"));
  } catch {
    // not reachable: the words still stand in the page, and the next key tries again
  }
}
