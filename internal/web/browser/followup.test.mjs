// A client over time, and the check-in on a phone, in a real browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, openPage, sideways, startBrowser, startRecord } from "./harness.mjs";

let knead;
let browser;

before(async () => {
  [knead, browser] = await Promise.all([startRecord("--demo"), startBrowser()]);
});

after(async () => {
  await browser?.close();
  await knead?.stop();
});

async function fine(page, complaints, what) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    assert.deepEqual(await axe(page), [], `${what}, ${colorScheme}: axe`);
  }
  assert.equal(await sideways(page), 0, `${what} scrolls sideways`);
  assert.deepEqual(complaints, [], what);
}

/** Signs in as the owner of the demo and opens the client who came most often. */
async function atHanna(options = {}) {
  const opened = await openPage(browser, options);
  opened.page.setDefaultTimeout(15_000);
  await opened.page.goto(`${knead.address}/signin`);
  await opened.page.click("button[name=demo]");
  await opened.page.waitForURL("**/today");
  await opened.page.goto(`${knead.address}/clients?q=Hanna`);
  await opened.page.click(".people a");
  await opened.page.waitForURL(/clients\/[0-9a-f-]+$/);
  return { ...opened, client: opened.page.url() };
}

test("a client's drawings are compared by moving a slider", { timeout: 120_000 }, async () => {
  const { page, complaints, client } = await atHanna();
  assert.ok((await page.locator(".over-time .strip li").count()) > 1, "the client's page shows drawings");
  await page.goto(`${client}/outcomes`);
  const most = Number(await page.getAttribute("#slide-b", "max"));
  assert.ok(most > 4, "the demo holds several drawings");
  const was = await page.textContent("#compare-view .strip li:last-child b");
  await page.focus("#slide-b");
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction((w) => document.querySelector("#compare-view .strip li:last-child b")?.textContent !== w, was);
  const now = await page.textContent("#compare-view .strip li:last-child b");
  assert.equal(await page.textContent('output[data-of="b"]'), now, "the slider says the date that is shown");
  assert.equal(await page.getAttribute("#slide-b", "aria-valuetext"), now);
  assert.match(page.url(), new RegExp(`b=${most - 1}`), "reloading shows the same");
  await page.reload();
  assert.equal(await page.textContent("#compare-view .strip li:last-child b"), now);
  for (const d of await page.locator("main details > summary").all()) await d.click();
  await fine(page, complaints, "over time");
});

test("a client's drawings are compared without script, on a phone", { timeout: 120_000 }, async () => {
  const { page, complaints, client } = await atHanna({ javaScriptEnabled: false, viewport: { width: 320, height: 700 } });
  await page.goto(`${client}/outcomes`);
  await page.click("text=One earlier");
  await page.waitForURL(/b=\d+/);
  const pair = await page.locator("#compare-view .strip li").count();
  assert.equal(pair, 2, "two drawings stand beside each other");
  await page.click("text=Show these two");
  await page.waitForURL(/a=1&b=\d+/);
  assert.deepEqual(complaints, []);
});

for (const width of [320, 1280]) {
  test(`the pages of a client over time have no faults at ${width}`, { timeout: 180_000 }, async () => {
    const { page, complaints, client } = await atHanna({ viewport: { width, height: 800 } });
    for (const path of ["", "/outcomes", "/summary", "/measures/peg", "/measures/psfs", "/measures/phq-4", "/measures/ndi", "/incidents"]) {
      await page.goto(client + path);
      await fine(page, complaints, path || "client");
    }
  });
}

test("a client answers a check-in on a phone, and an emergency is answered at once", { timeout: 120_000 }, async () => {
  const staff = await atHanna();
  const visit = await staff.page.locator(".day-row", { hasText: "signed" }).first().locator("a").getAttribute("href");
  await staff.page.goto(knead.address + visit);
  await staff.page.click("text=Make a check-in link");
  const link = await staff.page.inputValue("#address");
  await staff.page.goto(`${knead.address}/today`);
  await staff.page.evaluate(() => {
    window.untouched = true;
  });
  const waiting = Number(await staff.page.textContent("#live-waiting b"));

  const { page, complaints } = await openPage(browser, { viewport: { width: 320, height: 640 }, hasTouch: true });
  page.setDefaultTimeout(10_000);
  await page.goto(link);
  await fine(page, complaints, "check-in");
  await page.click("text=Send");
  await page.waitForSelector("#signs-err");
  await fine(page, complaints, "check-in with something missing");
  await page.check("[data-sign] >> nth=1");
  await page.check("[name=no-signs]");
  assert.equal(await page.isChecked("[data-sign] >> nth=1"), false, "'none of these' takes the ticks back");
  await page.check("[data-sign] >> nth=1");
  assert.equal(await page.isChecked("[name=no-signs]"), false, "a tick takes 'none of these' back");
  await page.click("[data-now]");
  await page.waitForURL("**/thanks");
  assert.equal(await page.getAttribute("a.call", "href"), "tel:112");
  await fine(page, complaints, "emergency");

  await page.click("text=I pressed the wrong answer");
  await page.check("[name=no-signs]");
  await page.check("[name=soreness][value='3']", { force: true });
  await page.check("[name=since][value=better]", { force: true });
  await page.check("[name=effect][value=calf-swelling]");
  await page.click("text=Send");
  await page.waitForURL("**/thanks");
  assert.match(await page.textContent("h1"), /See a doctor today/);
  await fine(page, complaints, "same day");

  await page.click("text=I pressed the wrong answer");
  await page.check("[name=no-effects]");
  await page.fill("[name=message]", "Thank you.\nI slept well.");
  await page.click("text=Send");
  await page.waitForURL("**/thanks");
  assert.match(await page.textContent("h1"), /Thank you/);
  await fine(page, complaints, "thanks");

  await staff.page.waitForFunction((n) => Number(document.querySelector("#live-waiting b")?.textContent) > n, waiting);
  assert.equal(await staff.page.evaluate(() => window.untouched), true, "the inbox's number is up to date without loading");
  await staff.page.goto(`${knead.address}/inbox`);
  const inbox = await staff.page.textContent("main");
  assert.match(inbox, /Signs of danger after a visit/);
  assert.match(inbox, /I slept well\./);
  await fine(staff.page, staff.complaints, "inbox");
});

test("what came of the last time stands where the next session is planned", { timeout: 120_000 }, async () => {
  const { page, complaints, client } = await atHanna();
  await page.click("text=Open a visit >> visible=true");
  await page.waitForURL(/visits/);
  const visit = page.url();
  await page.goto(`${visit}/paint`);
  await page.fill("#say", "inside edge of the right shoulder blade");
  await page.click("[data-say]");
  await page.waitForFunction(() => document.querySelectorAll("#marks li").length === 1);
  await page.goto(`${visit}/assess`);
  await page.click(".last-time > summary");
  assert.equal(await page.locator(".last-time .strip li").count(), 2, "the last drawing beside today's");
  assert.ok((await page.locator(".last-time .difference").count()) > 0, "the difference");
  assert.ok((await page.locator(".last-time tbody tr").count()) > 2, "the last plan");
  await fine(page, complaints, "assess");
  assert.ok(client);
});
