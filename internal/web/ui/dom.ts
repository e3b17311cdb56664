// Small words for the document: one, all, and the texts that the script says.

export function one<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T | null {
  return within.querySelector<T>(selector);
}

export function all<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T[] {
  return [...within.querySelectorAll<T>(selector)];
}

/** The text for a key of the catalogue, with {0}, {1} filled in. */
export function words(key: string, ...values: (string | number)[]): string {
  const page = one("#page");
  const texts = JSON.parse(page?.dataset.words ?? "{}") as Record<string, string>;
  return (texts[key] ?? "").replace(/\{(\d)\}/g, (_, n: string) => String(values[Number(n)] ?? ""));
}

let later = 0;

/** Says something to people who listen rather than look. */
export function announce(text: string): void {
  const live = one("#live");
  if (!live) return;
  live.textContent = "";
  window.clearTimeout(later);
  later = window.setTimeout(() => {
    live.textContent = text;
  }, 60);
}

const svgSpace = "http://www.w3.org/2000/svg";

export function svg<K extends keyof SVGElementTagNameMap>(name: K, attributes: Record<string, string | number>, ...children: Node[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS(svgSpace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}
