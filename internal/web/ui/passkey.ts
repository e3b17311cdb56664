// Passkeys: makes one, or signs in with one. The server says what it wants as JSON; what
// the device answers goes into the form's hidden field, and the form is posted as any
// other. Without a browser that knows passkeys nothing of this is shown.
import { all, one, words } from "./dom";

interface Descriptor {
  id: string;
  type: PublicKeyCredentialType;
  transports?: AuthenticatorTransport[];
}

interface Asked {
  publicKey: {
    challenge: string;
    user?: { id: string; name: string; displayName: string };
    excludeCredentials?: Descriptor[];
    allowCredentials?: Descriptor[];
  };
}

export function passkeys(): void {
  if (!window.PublicKeyCredential || !window.isSecureContext) return;
  for (const part of all("[data-passkey-able]")) part.hidden = false;
  for (const button of all("[data-main-without-passkey]")) button.classList.remove("main");
  for (const part of all("[data-passkey]")) {
    part.hidden = false;
    const form = part.closest("form");
    if (!form) continue;
    if (part.dataset.passkey === "use") one("button", part)?.addEventListener("click", () => void run(form, part));
    else if (part.dataset.optional === undefined) form.addEventListener("submit", (event) => hold(event, form, part));
    else one("[data-passkey-go]", part)?.addEventListener("click", (event) => hold(event, form, part));
    if (part.dataset.now !== undefined) void run(form, part);
  }
}

function hold(event: Event, form: HTMLFormElement, part: HTMLElement): void {
  event.preventDefault();
  void run(form, part);
}

async function run(form: HTMLFormElement, part: HTMLElement): Promise<void> {
  const said = one("[data-passkey-said]", part);
  const field = one<HTMLInputElement>("[name=credential]", part);
  if (!field || part.dataset.busy !== undefined) return;
  part.dataset.busy = "";
  const say = (text: string) => {
    if (said) said.textContent = text;
  };
  say(words("passkey-wait"));
  try {
    const response = await fetch(part.dataset.begin ?? "", { method: "POST", body: new URLSearchParams() });
    if (response.redirected) {
      location.assign(response.url); // the server wants to know first that it is still the same person
      return;
    }
    if (!response.ok) throw new Error(`begin: ${response.status}`);
    const asked = (await response.json()) as Asked;
    const credential = part.dataset.passkey === "make" ? await make(asked) : await use(asked);
    if (!(credential instanceof PublicKeyCredential)) throw new DOMException("nothing was used", "NotAllowedError");
    field.value = JSON.stringify(answer(credential));
    field.disabled = false;
    if (part.dataset.finish) form.action = part.dataset.finish;
    form.submit();
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "NotAllowedError" || name === "AbortError") say(words("passkey-none"));
    else if (name === "InvalidStateError") say(words("passkey-here"));
    else say(words("passkey-failed"));
  } finally {
    delete part.dataset.busy;
  }
}

function make({ publicKey: p }: Asked): Promise<Credential | null> {
  return navigator.credentials.create({
    publicKey: {
      ...(p as unknown as PublicKeyCredentialCreationOptions),
      challenge: bytes(p.challenge),
      user: { name: "", displayName: "", ...p.user, id: bytes(p.user?.id ?? "") },
      excludeCredentials: (p.excludeCredentials ?? []).map(known),
    },
  });
}

function use({ publicKey: p }: Asked): Promise<Credential | null> {
  return navigator.credentials.get({
    publicKey: {
      ...(p as unknown as PublicKeyCredentialRequestOptions),
      challenge: bytes(p.challenge),
      allowCredentials: (p.allowCredentials ?? []).map(known),
    },
  });
}

function known(d: Descriptor): PublicKeyCredentialDescriptor {
  return { ...d, id: bytes(d.id) };
}

/** What PublicKeyCredential.toJSON gives, which older tablets do not have. */
function answer(c: PublicKeyCredential): object {
  const r = c.response;
  const shared = { id: c.id, rawId: text(c.rawId), type: c.type, authenticatorAttachment: c.authenticatorAttachment, clientExtensionResults: {} };
  if (r instanceof AuthenticatorAttestationResponse)
    return { ...shared, response: { clientDataJSON: text(r.clientDataJSON), attestationObject: text(r.attestationObject), transports: r.getTransports?.() ?? [] } };
  const a = r as AuthenticatorAssertionResponse;
  return {
    ...shared,
    response: {
      clientDataJSON: text(a.clientDataJSON),
      authenticatorData: text(a.authenticatorData),
      signature: text(a.signature),
      userHandle: a.userHandle ? text(a.userHandle) : undefined,
    },
  };
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const plain = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}
