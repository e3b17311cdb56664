// The intake: a form is kept while it is filled in, so that another device can go on, and
// a signature can be drawn.
import { all, one, words } from "./dom";

export function intake(): void {
  const form = one<HTMLFormElement>("form[data-typed]");
  if (form) new Keeper(form);
  for (const pad of all("[data-sign]")) signature(pad);
}

const wait = 700; // ms after the last change; chosen: a pause in typing, not a keystroke

/** Keeps what stands in a form, one request at a time; sending the form waits for it. */
class Keeper {
  private timer = 0;
  private running: Promise<void> | null = null;
  private changed = false;
  private sending = false;
  private readonly note: HTMLElement | null;

  constructor(private readonly form: HTMLFormElement) {
    this.note = one("[data-kept]", form);
    const later = (): void => {
      this.changed = true;
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.keep(), wait);
    };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("submit", (e) => this.submit(e));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.changed && form.isConnected) void this.keep();
    });
  }

  private async keep(): Promise<void> {
    window.clearTimeout(this.timer);
    if (this.running || this.sending) return; // what has changed since is kept afterwards
    this.changed = false;
    this.running = this.post();
    await this.running;
    this.running = null;
    if (this.changed && !this.sending) this.timer = window.setTimeout(() => void this.keep(), wait);
  }

  private async post(): Promise<void> {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") fields.append(name, value);
    fields.set("step", this.form.dataset.step ?? "");
    try {
      const response = await fetch(this.form.dataset.typed ?? "", { method: "POST", body: fields, keepalive: true });
      this.tell(response.ok);
    } catch {
      this.tell(false);
    }
  }

  private tell(ok: boolean): void {
    if (!ok) this.changed = true;
    if (this.note) this.note.textContent = ok ? words("kept") : words("not-kept");
  }

  /** A form that is sent while it is being kept waits, so that the older text never comes last. */
  private submit(e: SubmitEvent): void {
    this.sending = true;
    window.clearTimeout(this.timer);
    if (!this.running) return;
    e.preventDefault();
    const button = e.submitter as HTMLButtonElement | null;
    void this.running.finally(() => {
      this.running = null;
      this.form.requestSubmit(button);
    });
  }
}

/** Draws a signature with finger, pen or mouse, as one SVG path. */
function signature(pad: HTMLElement): void {
  const picture = one<SVGSVGElement>("svg", pad);
  const ink = one<SVGPathElement>(".pad-ink", pad);
  const field = one<HTMLInputElement>("input[name=signature]", pad);
  if (!picture || !ink || !field) return;
  let path = "";
  let drawing = -1;
  const at = (e: PointerEvent): string => {
    const box = picture.getBoundingClientRect();
    const x = ((e.clientX - box.left) / box.width) * 600;
    const y = ((e.clientY - box.top) / box.height) * 200;
    return `${Math.round(Math.min(600, Math.max(0, x)))} ${Math.round(Math.min(200, Math.max(0, y)))}`;
  };
  const show = (): void => {
    ink.setAttribute("d", path);
    field.value = path;
  };
  picture.addEventListener("pointerdown", (e) => {
    if (e.button !== 0) return;
    drawing = e.pointerId;
    try {
      picture.setPointerCapture(e.pointerId);
    } catch {
      // a pointer made by a test tool cannot be captured; the line still works inside the pad
    }
    const p = at(e);
    path += `M${p}L${p}`; // a point is a line of no length
    show();
    e.preventDefault();
  });
  picture.addEventListener("pointermove", (e) => {
    if (e.pointerId !== drawing || path.length > 30_000) return;
    path += `L${at(e)}`;
    show();
  });
  for (const end of ["pointerup", "pointercancel"] as const) {
    picture.addEventListener(end, () => {
      drawing = -1;
    });
  }
  one("[data-sign-clear]", pad)?.addEventListener("click", () => {
    path = "";
    show();
  });
}
