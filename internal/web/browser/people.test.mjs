// People and access in a real browser: the first page, passkeys by a virtual
// authenticator, the lock, an invitation.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { axe, openPage, sideways, startBrowser, startRecord } from "./harness.mjs";

let knead;
let browser;

before(async () => {
  [knead, browser] = await Promise.all([startRecord(), startBrowser()]);
});

after(async () => {
  await browser?.close();
  await knead?.stop();
});

/** A browser whose device keeps passkeys and knows its owner. */
async function device(options = {}) {
  const opened = await openPage(browser, options);
  opened.page.setDefaultTimeout(10_000);
  const cdp = await opened.context.newCDPSession(opened.page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  const knows = (yes) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: yes });
  const passkeys = async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length;
  return { ...opened, knows, passkeys };
}

async function fine(page, complaints, what) {
  assert.deepEqual(await axe(page), [], `${what}: axe`);
  assert.equal(await sideways(page), 0, `${what} scrolls sideways`);
  assert.deepEqual(complaints, [], what);
}

test("an owner sets up by passkey, locks, unlocks, signs in again, and invites somebody", { timeout: 120_000 }, async () => {
  const { page, complaints, knows, passkeys } = await device();
  await page.goto(`${knead.address}/`);
  await page.waitForURL("**/setup");
  await page.click("[data-main-without-passkey]");
  await page.waitForSelector("#f-practice-err");
  assert.equal(await page.evaluate(() => document.activeElement.id), "f-practice", "the first thing to put right has the focus");
  await page.fill("[name=practice]", "Clay");
  await page.fill("[name=zone]", "Europe/Berlin");
  await page.fill("[name=name]", "Noor Haddad");
  await page.fill("[name=email]", "noor@example.org");
  await fine(page, complaints, "setup");
  await page.click("button[value=passkey]");
  await page.waitForURL("**/today");
  assert.equal(await passkeys(), 1, "one passkey is on the device");

  await page.goto(`${knead.address}/me`);
  assert.match(await page.textContent("main"), /on one device only/);
  await fine(page, complaints, "my sign-in");

  await page.evaluate(() => document.querySelector('form[action="/lock"]').requestSubmit());
  await page.waitForURL("**/unlock*");
  await fine(page, complaints, "locked");
  await knows(false);
  await page.click("[data-passkey=use] button");
  await page.waitForFunction(() => /Nothing was used/.test(document.querySelector("[data-passkey-said]").textContent));
  await knows(true);
  await page.click("[data-passkey=use] button");
  await page.waitForURL("**/today");

  await page.evaluate(() => document.querySelector('form[action="/signout"]').requestSubmit());
  await page.waitForURL("**/signin");
  await page.click("[data-passkey=use] button");
  await page.waitForURL("**/today");

  await page.goto(`${knead.address}/settings/people`);
  await page.fill("[name=name]", "Lea Brandt");
  await page.fill("[name=email]", "lea@example.org");
  await page.check("[name=role][value=desk]");
  await page.click('form[action="/settings/people"] button');
  const link = await page.inputValue("#address");
  assert.match(link, /^http:\/\/localhost:\d+\/join\/[\w-]+\.[\w-]+$/);
  await fine(page, complaints, "the invitation");

  const lea = await device({ viewport: { width: 320, height: 700 } });
  await lea.page.goto(link);
  await fine(lea.page, lea.complaints, "joining");
  await lea.page.click("[data-passkey-go]");
  await lea.page.waitForURL("**/today");
  assert.equal(await lea.passkeys(), 1);
  await lea.page.goto(link);
  assert.match(await lea.page.textContent("main"), /does not open anything any more/, "an invitation opens once");

  await page.goto(`${knead.address}/settings/people`);
  await page.click("text=Lea Brandt");
  await page.click("text=Stop their sign-in");
  await lea.page.goto(`${knead.address}/today`);
  assert.match(lea.page.url(), /\/signin/, "who is stopped is out at once");
  await lea.page.click("[data-passkey=use] button");
  await lea.page.waitForSelector(".err");
  assert.match(await lea.page.textContent(".err"), /does not open anything here/);

  await page.goto(`${knead.address}/audit/check`);
  assert.match(await page.textContent("[role=status]"), /lines are there and unchanged/);
  await fine(page, complaints, "what was done");
  await page.setViewportSize({ width: 320, height: 700 });
  await fine(page, complaints, "what was done, on a phone");
  await page.goto(`${knead.address}/settings`);
  await fine(page, complaints, "settings, on a phone");
  await lea.context.close();
});

test("without a passkey a password and codes do, and a recovery code lets in once", { timeout: 120_000 }, async () => {
  const own = await startRecord();
  const { page, complaints, context } = await openPage(browser, { javaScriptEnabled: false });
  page.setDefaultTimeout(10_000);
  try {
    await page.goto(`${own.address}/setup`);
    await page.fill("[name=practice]", "Clay");
    await page.fill("[name=zone]", "Europe/Berlin");
    await page.fill("[name=name]", "Noor Haddad");
    await page.fill("[name=email]", "noor@example.org");
    await page.fill("[name=password]", "seven warm stones in a row");
    await page.click("[data-main-without-passkey]");
    await page.waitForURL("**/me/secure");
    assert.equal(await page.isVisible("[data-passkey]"), false, "without script no passkey is offered");
    await page.click('a[href="/me/codes"]');
    await page.fill("[name=code]", "000000");
    await page.click("form[action='/me/codes'] button");
    await page.waitForSelector("#f-code-err");
    const secret = await page.inputValue("[name=secret]");
    await page.fill("[name=code]", totp(secret));
    await page.click("form[action='/me/codes'] button");
    const codes = await page.locator(".recovery-codes code").allTextContents();
    assert.equal(codes.length, 10);
    await context.clearCookies();
    for (const [code, inside] of [[codes[0], true], [codes[0], false], [codes[1], true]]) {
      await context.clearCookies();
      await page.goto(`${own.address}/signin`);
      await page.fill("[name=email]", "noor@example.org");
      await page.fill("[name=password]", "seven warm stones in a row");
      await page.click("main .btn.main");
      await page.waitForSelector("[name=code]");
      await page.fill("[name=code]", code);
      await page.click("main .btn.main");
      await page.waitForLoadState();
      assert.equal(page.url().endsWith("/today"), inside, `a recovery code that was ${inside ? "not used yet" : "used"}`);
    }
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
    await own.stop();
  }
});

/** What an authenticator shows now (RFC 6238). */
function totp(secret) {
  const bits = [...secret].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => Number.parseInt(b, 2)));
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const sum = createHmac("sha1", key).update(count).digest();
  const at = sum[sum.length - 1] & 15;
  return String((sum.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
