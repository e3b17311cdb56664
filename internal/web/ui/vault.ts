// What the session screen keeps in the browser, so that a tap outlives a dead line and a
// killed tab: the events of the log and one copy of the page. It is encrypted with a key
// that scripts can use but not read out. A browser keeps such a key in its profile on the
// disk, so this protects against somebody who copies the database, not against somebody
// who holds the unlocked device; that is what signing out is for: it takes all away.
//
// The vault belongs to one sign-in. Another one finds it empty.

import type { Happening } from "./sessionfold";

const name = "knead-session";
export const shelf = "knead-shell"; // cache of scripts, styles and pictures: nobody's health
const pageHours = 12; // chosen: a copy of the page outlives a working day, not a weekend

interface Owner {
  name: "owner";
  tag: string;
  key: CryptoKey;
  device: string;
  seq: number;
  offset: number; // of the server's clock, in microseconds
}

interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

interface KeptEvent extends Sealed {
  id: string;
  visit: string;
  sent: boolean;
}

interface KeptPage extends Sealed {
  path: string;
  at: number;
}

/** Whether this browser can encrypt and keep at all: it does so over https and on this machine. */
export function canKeep(): boolean {
  return "indexedDB" in globalThis && globalThis.crypto?.subtle !== undefined;
}

export function newID(): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function connect(): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    const db = request.result;
    db.createObjectStore("owner", { keyPath: "name" });
    db.createObjectStore("events", { keyPath: "id" });
    db.createObjectStore("pages", { keyPath: "path" });
  };
  return asked(request);
}

export class Vault {
  private constructor(
    private readonly db: IDBDatabase,
    private readonly owner: Owner,
  ) {
    db.onversionchange = () => db.close(); // somebody wipes it
  }

  /** Opens the vault of a sign-in; what another sign-in left is wiped. */
  static async open(tag: string): Promise<Vault> {
    let db = await connect();
    let owner = await asked<Owner | undefined>(db.transaction("owner").objectStore("owner").get("owner"));
    if (owner && owner.tag !== tag) {
      db.close();
      await wipe();
      db = await connect();
      owner = undefined;
    }
    if (!owner) {
      const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
      owner = { name: "owner", tag, key, device: `screen-${newID().slice(0, 8)}`, seq: 0, offset: 0 };
      await asked(db.transaction("owner", "readwrite").objectStore("owner").put(owner));
    }
    return new Vault(db, owner);
  }

  /** The vault as it is, for the service worker, which knows no sign-in. */
  static async find(): Promise<Vault | null> {
    const db = await connect();
    const owner = await asked<Owner | undefined>(db.transaction("owner").objectStore("owner").get("owner"));
    if (owner) return new Vault(db, owner);
    db.close();
    return null;
  }

  get device(): string {
    return this.owner.device;
  }

  get offset(): number {
    return this.owner.offset;
  }

  /** The next number of this device's events. */
  next(): number {
    return this.owner.seq++;
  }

  async setOffset(offset: number): Promise<void> {
    this.owner.offset = offset;
    await this.keepOwner();
  }

  private async keepOwner(): Promise<void> {
    await asked(this.store("owner", "readwrite").put(this.owner));
  }

  private store(which: string, mode: IDBTransactionMode = "readonly"): IDBObjectStore {
    return this.db.transaction(which, mode).objectStore(which);
  }

  /** What is sealed can be opened in its place only: the place is part of the seal. */
  private async seal(text: string, place: string): Promise<Sealed> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const additionalData = new TextEncoder().encode(`${this.owner.tag} ${place}`);
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, this.owner.key, new TextEncoder().encode(text)) };
  }

  private async unseal(sealed: Sealed, place: string): Promise<string> {
    const additionalData = new TextEncoder().encode(`${this.owner.tag} ${place}`);
    return new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv, additionalData }, this.owner.key, sealed.data));
  }

  /** Keeps events; those that the record has are kept for a tab that starts without a line. */
  async keep(visit: string, events: Happening[], sent: boolean): Promise<void> {
    const sealed = await Promise.all(events.map(async (e) => ({ id: e.id, visit, sent, ...(await this.seal(JSON.stringify(e), e.id)) })));
    const done = this.db.transaction(["events", "owner"], "readwrite");
    for (const row of sealed) done.objectStore("events").put(row);
    done.objectStore("owner").put(this.owner);
    await finished(done);
  }

  async events(visit: string): Promise<{ event: Happening; sent: boolean }[]> {
    const rows = await asked<KeptEvent[]>(this.store("events").getAll());
    return Promise.all(rows.filter((r) => r.visit === visit).map(async (r) => ({ event: JSON.parse(await this.unseal(r, r.id)) as Happening, sent: r.sent })));
  }

  /** The visits of which something was not sent yet, with how much. */
  async unsent(): Promise<Map<string, number>> {
    const rows = await asked<KeptEvent[]>(this.store("events").getAll());
    const waiting = new Map<string, number>();
    for (const r of rows) if (!r.sent) waiting.set(r.visit, (waiting.get(r.visit) ?? 0) + 1);
    return waiting;
  }

  /** Forgets a visit whose events are all in the record. */
  async forget(visit: string, path: string): Promise<void> {
    const rows = await asked<KeptEvent[]>(this.store("events").getAll());
    if (rows.some((r) => r.visit === visit && !r.sent)) return;
    const done = this.db.transaction(["events", "pages"], "readwrite");
    for (const r of rows) if (r.visit === visit) done.objectStore("events").delete(r.id);
    done.objectStore("pages").delete(path);
    await finished(done);
  }

  async keepPage(path: string, html: string): Promise<void> {
    const sealed = await this.seal(html, path);
    await asked(this.store("pages", "readwrite").put({ path, at: Date.now(), ...sealed }));
  }

  /** Drops the copies of pages: whoever holds a locked screen must not open one. */
  async dropPages(): Promise<void> {
    await asked(this.store("pages", "readwrite").clear());
  }

  async page(path: string): Promise<string | null> {
    const row = await asked<KeptPage | undefined>(this.store("pages").get(path));
    if (!row) return null;
    if (Math.abs(Date.now() - row.at) > pageHours * 3_600_000) {
      await asked(this.store("pages", "readwrite").delete(path));
      return null;
    }
    return this.unseal(row, path);
  }

  close(): void {
    this.db.close();
  }
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

/** Takes everything away: the vault, the shell and the worker that serves it. */
export async function wipe(): Promise<void> {
  if ("indexedDB" in globalThis) {
    await new Promise<void>((resolve) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = request.onerror = request.onblocked = () => resolve(); // a tab that holds it closes it when it hears of this
    });
  }
  if ("caches" in globalThis) await caches.delete(shelf);
  const workers = await navigator.serviceWorker?.getRegistrations();
  for (const worker of workers ?? []) await worker.unregister();
}
