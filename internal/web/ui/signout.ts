// What the session screen keeps in the browser ends with the sign-in. Before somebody signs
// out, what still waits is sent.
import { all, announce, one, words } from "./dom";
import { canKeep, Vault, wipe } from "./vault";

export function signout(): void {
  const screen = one("#page")?.dataset.screen;
  if (screen === "signin") void wipe(); // nobody is signed in: nothing stays
  if (screen === "unlock") void dropPages(); // taps wait, but nobody looks at a session without its therapist
  for (const form of all<HTMLFormElement>('form[action="/signout"]')) form.addEventListener("submit", (event) => void hold(form, event));
}

async function hold(form: HTMLFormElement, event: Event): Promise<void> {
  if (form.dataset.asked || !canKeep()) return;
  event.preventDefault();
  const left = await sendAll().catch(() => 0); // a vault that cannot be read holds nothing that could be saved
  form.dataset.asked = "yes";
  if (left === 0) {
    form.requestSubmit();
    return;
  }
  const text = words("unsent", left);
  const said = one(".unsent", form) ?? document.createElement("p");
  said.className = "unsent err";
  said.textContent = text;
  form.prepend(said);
  announce(text);
}

async function dropPages(): Promise<void> {
  if (!canKeep()) return;
  const vault = await Vault.find();
  await vault?.dropPages();
  vault?.close();
}

/** Sends what waits of every visit; gives how much still waits. */
async function sendAll(): Promise<number> {
  const vault = await Vault.find();
  if (!vault) return 0;
  let left = 0;
  for (const [visit, n] of await vault.unsent()) {
    const waiting = (await vault.events(visit)).filter((e) => !e.sent).map((e) => e.event);
    const sent = await fetch(`/visits/${visit}/session/events`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ events: waiting }),
      signal: AbortSignal.timeout(8000),
    }).then((r) => r.ok, () => false);
    if (sent) await vault.keep(visit, waiting, true);
    else left += n;
  }
  vault.close();
  return left;
}
