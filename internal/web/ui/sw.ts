// Answers for the session screen when there is no line: with the page as the vault has it,
// and with the scripts, styles and pictures that it needs. It stands under /visits/ alone,
// and of the pages there it touches one kind. Nothing else is ever kept.
import { shelf, Vault } from "./vault";

interface Waiting extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface Asking extends Waiting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Worker {
  addEventListener(kind: "install" | "activate", hear: (event: Waiting) => void): void;
  addEventListener(kind: "fetch", hear: (event: Asking) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  readonly location: Location;
}

const worker = self as unknown as Worker;
const patience = 4000; // ms that a page may take before the copy is shown (chosen)

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (request.mode === "navigate" && /^\/visits\/[^/]+\/session$/.test(url.pathname)) event.respondWith(page(request, url.pathname));
  else if (url.pathname.startsWith("/static/") || url.pathname.startsWith("/body/")) event.respondWith(file(request));
});

async function page(request: Request, path: string): Promise<Response> {
  const fresh = fetch(request);
  fresh.catch(() => {}); // it is waited for below, or too late
  try {
    const answer = await Promise.race([fresh, new Promise<null>((resolve) => setTimeout(resolve, patience, null))]);
    if (answer && answer.status < 500) return answer;
  } catch {
    // no line
  }
  return (await copy(path)) ?? fresh;
}

async function copy(path: string): Promise<Response | null> {
  try {
    const vault = await Vault.find();
    const html = await vault?.page(path);
    vault?.close();
    if (!html) return null;
    const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy, "Cache-Control": "no-store" } });
  } catch {
    return null; // wiped, or of another time
  }
}

/** The address of a file holds the hash of its content: what is kept is never old. */
async function file(request: Request): Promise<Response> {
  const kept = await caches.match(request, { cacheName: shelf, ignoreVary: true });
  return kept ?? fetch(request);
}
