// Files go up one by one, each with its progress; they can be dropped on the form as well.
// Without this the form sends them all at once, to the same address.
import { announce, one, words } from "./dom";

export function files(): void {
  const form = one<HTMLFormElement>("form[data-upload]");
  if (!form || form.dataset.ready) return;
  form.dataset.ready = "yes";
  form.addEventListener("submit", (event) => {
    const input = one<HTMLInputElement>("input[type=file]", form);
    if (!input?.files?.length) return;
    event.preventDefault();
    void send(form, [...input.files]);
  });
  for (const kind of ["dragenter", "dragover"])
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget as Node | null)) form.classList.remove("over");
  });
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    const dropped = [...(event.dataTransfer?.files ?? [])];
    if (dropped.length > 0) void send(form, dropped);
  });
}

/** Sends files one after another, then shows the section as the server has it now. */
async function send(form: HTMLFormElement, list: File[]): Promise<void> {
  const rows = one<HTMLElement>(".uploads", form);
  const button = one<HTMLButtonElement>("button", form);
  if (!rows || !button) return;
  button.disabled = true;
  rows.hidden = false;
  rows.replaceChildren();
  const most = Number(form.dataset.most);
  const problems: HTMLElement[] = [];
  let section: Element | null = null;
  for (const file of list) {
    const { row, bar, note } = rowFor(file.name);
    rows.append(row);
    announce(words("files.sending", file.name));
    let said = "";
    if (file.size > most) said = words("files.too-big");
    else {
      const answer = await post(form, file, bar);
      section = answer.section ?? section;
      said = answer.problem;
    }
    bar.hidden = said !== "";
    note.textContent = said || words("files.sent", "").trim();
    note.className = said ? "err" : "small quiet";
    if (said) problems.push(row);
    announce(said ? `${file.name}: ${said}` : words("files.sent", file.name));
  }
  const old = one("#files");
  if (section && old) {
    for (const stale of section.querySelectorAll(".flag.refer")) stale.remove(); // said in the rows
    old.replaceWith(document.importNode(section, true));
    files();
    const fresh = one<HTMLElement>(".uploads");
    if (fresh && problems.length > 0) {
      fresh.hidden = false;
      fresh.replaceChildren(...problems);
    }
    one<HTMLInputElement>("#file")?.focus();
    return;
  }
  button.disabled = false;
}

function rowFor(name: string): { row: HTMLElement; bar: HTMLProgressElement; note: HTMLElement } {
  const row = document.createElement("li");
  const title = document.createElement("b");
  const bar = document.createElement("progress");
  const note = document.createElement("span");
  title.className = "file-name";
  title.textContent = name;
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  row.append(title, bar, note);
  return { row, bar, note };
}

/** Posts one file; the answer is the client's page, which says what became of it. */
function post(form: HTMLFormElement, file: File, bar: HTMLProgressElement): Promise<{ section: Element | null; problem: string }> {
  return new Promise((done) => {
    const body = new FormData();
    body.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const section = page.querySelector("#files");
      const problem = page.querySelector(".file-problem span")?.textContent ?? "";
      const lost = request.status >= 400 && problem === "";
      done({ section, problem: lost ? words("files.failed") : problem });
    });
    for (const kind of ["error", "abort", "timeout"]) request.addEventListener(kind, () => done({ section: null, problem: words("files.failed") }));
    request.send(body);
  });
}
