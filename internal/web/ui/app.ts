// The page's script. Everything works without it; each module makes one part nicer
// and returns at once when that part is not on the page.
import { assess } from "./assess";
import { desk } from "./desk";
import { one } from "./dom";
import { idle } from "./idle";
import { files } from "./files";
import { keys } from "./keys";
import { live } from "./live";
import { note } from "./note";
import { onward } from "./onward";
import { overtime } from "./overtime";
import { intake } from "./intake";
import { painter } from "./painter";
import { passkeys } from "./passkey";
import { plan } from "./plan";
import { questions } from "./questions";
import { signout } from "./signout";
import { resume, swapWith, toWrong } from "./swap";

document.documentElement.classList.add("script");

function enhance(): void {
  document.documentElement.classList.add("script");
  painter();
  questions();
  assess();
  plan();
  desk();
  files();
  signout();
  note();
  passkeys();
  idle();
  onward();
  overtime();
  intake();
  live();
  keys();
}

swapWith(enhance);
if (!resume(one("#page")?.dataset.fresh !== undefined)) {
  enhance();
  toWrong();
}
