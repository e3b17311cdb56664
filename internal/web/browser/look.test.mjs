// Each screen, light and dark, small and large: accessible, no sideways scroll, light
// enough to load.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answerNo, axe, openPage, readBack, sideways, startBrowser, startKnead, stroke } from "./harness.mjs";

let knead;
let browser;

before(async () => {
  knead = await startKnead();
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await knead?.stop();
});

/** Walks through all screens and calls back on each. */
async function walk(page, onScreen) {
  await page.goto(knead.address);
  await page.waitForFunction(() => document.documentElement.classList.contains("script"));
  await onScreen("empty paint");
  await page.locator('[data-view="back"]').click();
  await page.waitForFunction(() => document.querySelector(".picture image")?.getAttribute("href")?.includes("/back/"));
  await stroke(page, [[0.585, 0.235], [0.59, 0.28]]);
  await readBack(page, 1);
  await onScreen("paint");
  if (page.viewportSize().width > 700) { // on a phone the open menu lies over other buttons, which axe counts against them
    await page.locator(".menu summary").click();
    await onScreen("paint with the menu open");
    await page.locator(".menu summary").click();
  }
  for (const group of await page.locator(".group").all()) await group.evaluate((e) => e.setAttribute("open", ""));
  await onScreen("list");
  await page.locator(".panel .go .btn.main").click();
  await page.waitForSelector(".questions");
  await onScreen("questions");
  await answerNo(page);
  await page.locator("#age").fill("x");
  await page.locator("#others .go .btn.main").click();
  await page.waitForSelector("#age-err");
  await onScreen("questions with errors");
  await page.locator("#age").fill("");
  await answerNo(page);
  await page.locator("#others .go .btn.main").click();
  await page.waitForSelector(".assess .cand");
  await onScreen("assess");
  await page.locator(".cand[open] .how summary, .cand[open] .sources-of summary").first().click();
  await page.locator(".edit summary").first().click();
  await onScreen("assess with a step open");
  await page.locator('button[formaction="/print"]').click();
  await page.waitForSelector(".page-print");
  await onScreen("print");
}

for (const colorScheme of ["light", "dark"]) {
  for (const [width, height] of [[320, 640], [768, 1024], [1280, 900]]) {
    test(`axe finds nothing and nothing scrolls sideways, ${colorScheme}, ${width} px`, async () => {
      const { page, complaints } = await openPage(browser, { viewport: { width, height }, colorScheme });
      const found = [];
      await walk(page, async (screen) => {
        for (const v of await axe(page)) found.push(`${screen}: ${v}`);
        const over = await sideways(page);
        if (over > 0) found.push(`${screen}: scrolls ${over} px sideways`);
      });
      assert.deepEqual(found, []);
      assert.deepEqual(complaints, []);
    });
  }
}

test("at 400 % zoom nothing scrolls sideways", async () => {
  // a window of 1280 x 1024 at 400 % is 320 x 256 css pixels
  const { page } = await openPage(browser, { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 });
  await walk(page, async (screen) => assert.equal(await sideways(page), 0, screen));
});

test("the paint screen loads in at most 250 KB", async () => {
  const { page, context } = await openPage(browser);
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  const sizes = new Map();
  const names = new Map();
  cdp.on("Network.responseReceived", (e) => names.set(e.requestId, new URL(e.response.url).pathname));
  cdp.on("Network.loadingFinished", (e) => sizes.set(e.requestId, e.encodedDataLength));
  await page.goto(knead.address, { waitUntil: "networkidle" });
  const total = [...sizes.values()].reduce((a, b) => a + b, 0);
  const largest = [...sizes].sort((a, b) => b[1] - a[1]).slice(0, 6).map(([id, n]) => `${names.get(id)} ${n}`);
  console.log(`first load: ${(total / 1024).toFixed(1)} KB in ${sizes.size} requests; largest: ${largest.join(", ")}`);
  assert.ok(total <= 250 * 1024, `${total} bytes`);
});

test("reduced motion and contrast themes leave the flow whole", async () => {
  const { page, complaints } = await openPage(browser, { forcedColors: "active", reducedMotion: "reduce" });
  await walk(page, async () => {});
  assert.deepEqual(complaints, []);
});
