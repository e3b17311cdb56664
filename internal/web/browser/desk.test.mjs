// The workspace in a browser: a page that keeps itself up to date, keys, drafts, the
// search at the head, and a letter; both themes with axe.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, openPage, sideways, startBrowser, startRecord } from "./harness.mjs";

let knead;
let browser;
before(
  async () => {
    knead = await startRecord("--demo");
    browser = await startBrowser();
  },
  { timeout: 300_000 },
);
after(async () => {
  await browser?.close();
  await knead?.stop();
});

async function signedIn(options) {
  const opened = await openPage(browser, options);
  await opened.page.goto(`${knead.address}/signin`);
  await opened.page.click("button[name=demo]");
  await opened.page.waitForURL(/today/);
  return opened;
}

/** Opens a visit for a client and gives its address. */
async function newVisit(page, nth = 0) {
  await page.goto(`${knead.address}/clients`);
  await page.locator(".people a").nth(nth).click();
  await page.locator(".new-visit button").click();
  await page.waitForURL(/visits/);
  return page.url();
}

test("a page shows what a client does elsewhere without being loaded again", { timeout: 120_000 }, async () => {
  const { page, context, complaints } = await signedIn();
  const visit = await newVisit(page);
  await page.evaluate(() => {
    window.untouched = true;
  });
  await page.waitForTimeout(500); // the stream has to be open
  const other = await context.newPage();
  await other.goto(`${visit}/paint`);
  await other.fill("#say", "inside edge of the right shoulder blade");
  await other.click("[data-say]");
  await other.waitForFunction(() => document.querySelectorAll("#marks li").length === 1);
  await page.bringToFront();
  await page.waitForSelector("#live-steps .sites li");
  assert.equal(await page.evaluate(() => window.untouched), true, "the page was loaded again");
  await page.waitForFunction(() => document.querySelector("#live")?.textContent);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("keys move through the workspace, never while typing, and can be turned off", { timeout: 120_000 }, async () => {
  const { page, context, complaints } = await signedIn();
  await page.keyboard.press("?");
  assert.equal(await page.locator("dialog#keys[open]").count(), 1);
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.waitForURL(/clients$/);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  assert.equal(await page.evaluate(() => document.activeElement === document.querySelector(".people a")), true);
  await page.keyboard.press("Enter");
  await page.waitForURL(/clients\/.+/);
  await page.keyboard.press("h");
  await page.waitForFunction(() => document.querySelector("h1").textContent.includes("•"));
  await page.keyboard.press("h");
  await page.waitForFunction(() => !document.querySelector("h1").textContent.includes("•"));
  await page.keyboard.press("/");
  await page.keyboard.type("g chin? n");
  assert.equal(await page.inputValue("#find"), "g chin? n");
  assert.equal(await page.locator("dialog#keys[open]").count(), 0);
  await page.goto(`${knead.address}/help/keys`);
  await page.locator("main [data-keys-switch]").uncheck();
  await page.locator("h1").click();
  await page.keyboard.press("n");
  await page.keyboard.press("?");
  await page.waitForTimeout(300);
  assert.match(page.url(), /help\/keys/);
  assert.equal(await page.locator("dialog#keys[open]").count(), 0);
  await page.locator("main [data-keys-switch]").check();
  await page.locator("h1").click();
  await page.keyboard.press("n");
  await page.waitForURL(/clients\/new/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("what is typed into a client's form outlives a closed tab", { timeout: 120_000 }, async () => {
  const { page, context, complaints } = await signedIn();
  await page.goto(`${knead.address}/clients/new`);
  const kept = page.waitForResponse((r) => r.url().endsWith("/clients/draft"));
  await page.fill("#f-name", "Rosalind Typed");
  assert.equal((await kept).status(), 204);
  await page.close();
  const again = await context.newPage();
  await again.goto(`${knead.address}/clients/new`);
  assert.equal(await again.inputValue("#f-name"), "Rosalind Typed");
  assert.deepEqual(complaints, []);
  await context.close();
});

test("the new pages fit, in both themes and widths", { timeout: 240_000 }, async () => {
  for (const colorScheme of ["light", "dark"]) {
    const { page, context, complaints } = await signedIn({ colorScheme });
    const visit = await newVisit(page, 1);
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      for (const path of ["/find?q=levator", "/find?q=31%20May", "/help/keys", "/clients/new", `${new URL(visit).pathname}/letter`, new URL(visit).pathname]) {
        await page.goto(knead.address + path);
        assert.deepEqual(await axe(page), [], `${path} at ${width}, ${colorScheme}`);
        assert.equal(await sideways(page), 0, `${path} at ${width} can be scrolled sideways`);
      }
    }
    await page.goto(`${visit}/letter`);
    for (const field of ["findings", "reason"]) await page.fill(`#l-${field}`, "As told.");
    await page.locator("#letter .btn.main").click();
    await page.waitForURL(/letters/);
    assert.deepEqual(await axe(page), [], `a letter, ${colorScheme}`);
    assert.deepEqual(complaints, []);
    await context.close();
  }
});
