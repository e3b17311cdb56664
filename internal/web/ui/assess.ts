// The therapist's screen: pointing at a candidate lights its zones on the body and what
// it accounts for, arrow keys walk the list, and the view of the body changes without
// asking the server.
import { all, announce, one } from "./dom";

let said = "";

export function assess(): void {
  const ranked = one(".ranked");
  if (!ranked) return;
  const cands = all<HTMLDetailsElement>(".cand", ranked);
  const zones = all<SVGElement>("[data-zone]");
  const places = all<SVGElement>("[data-place]");
  const bars = all<SVGElement>("[data-mark] .is");
  const openKey = (): string => cands.find((c) => c.open)?.dataset.key ?? "";

  const light = (key: string): void => {
    for (const c of cands) c.classList.toggle("lit", c.dataset.key === key);
    for (const z of zones) z.classList.toggle("lit", z.dataset.zone === key);
    const lit = cands.find((c) => c.dataset.key === key);
    const steps = lit?.dataset.places?.split(" ") ?? [];
    const widths = lit?.dataset.marks?.split(" ") ?? [];
    for (const p of places) p.setAttribute("class", `place s${steps[Number(p.dataset.place)] ?? 0}`);
    for (const b of bars) {
      const bar = b.parentNode as SVGElement;
      b.setAttribute("width", widths[Number(bar.dataset.mark)] ?? "0");
      bar.setAttribute("visibility", widths.length > 0 ? "visible" : "hidden"); // a nerve or a joint has none
    }
    turn(key);
  };

  const show = (name: string): void => {
    for (const pic of all("[data-pic]")) {
      pic.hidden = pic.dataset.pic !== name;
      if (pic.hidden) continue;
      const image = one("image", pic);
      if (image && !image.hasAttribute("href")) image.setAttribute("href", (image as HTMLElement).dataset.href ?? "");
    }
    for (const radio of all<HTMLInputElement>("[data-show]")) radio.checked = radio.value === name;
  };

  /** If nothing of a candidate is seen in the open view, turn to one where it is. */
  const turn = (key: string): void => {
    const now = all("[data-pic]").find((p) => !p.hidden);
    const seen = (pic: Element | undefined) => pic?.querySelector(`[data-zone="${key}"]`) !== null && pic !== undefined;
    if (seen(now)) return;
    const other = all("[data-pic]").find((p) => seen(p));
    if (other?.dataset.pic) show(other.dataset.pic);
  };

  for (const radio of all<HTMLInputElement>("[data-show]")) radio.addEventListener("change", () => show(radio.value));

  for (const [i, cand] of cands.entries()) {
    const key = cand.dataset.key ?? "";
    const head = one("summary", cand);
    cand.addEventListener("pointerenter", (e) => e.pointerType === "mouse" && light(key));
    head?.addEventListener("focus", () => light(key));
    cand.addEventListener("toggle", () => light(openKey() || key));
    head?.addEventListener("keydown", (e) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      const to = step && cands[i + step];
      if (!to) return;
      e.preventDefault();
      one("summary", to)?.focus();
    });
  }
  const answer = one("[data-said]", ranked)?.textContent?.trim() ?? "";
  if (answer !== said) announce(answer);
  said = answer;
  ranked.addEventListener("pointerleave", () => openKey() && light(openKey()));
}
