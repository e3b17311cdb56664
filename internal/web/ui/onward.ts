// Goes on by itself where a page only says where to.
import { one } from "./dom";

export function onward(): void {
  one<HTMLAnchorElement>("[data-onward]")?.click();
}
