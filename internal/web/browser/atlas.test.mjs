// The public pages of the atlas, one of each kind: accessible in light and dark and at
// every width, without script, by keyboard, and whole on paper.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, openPage, sideways, startBrowser, startKnead } from "./harness.mjs";

let knead;
let browser;
let kinds;

before(async () => {
  knead = await startKnead();
  browser = await startBrowser();
  kinds = await oneOfEach();
});

after(async () => {
  await browser?.close();
  await knead?.stop();
});

/** The lists, and the first page that each of them leads to. */
async function oneOfEach() {
  const { page, context } = await openPage(browser);
  const found = ["", "/how-sure", "/purpose", "/nowhere", "/muscles/levator-scapulae", "/places/upper-chest"];
  for (const list of ["muscles", "places", "conditions", "techniques", "exercises", "claims", "glossary", "sources"]) {
    found.push(`/${list}`);
    await page.goto(`${knead.address}/atlas/${list}`);
    const first = await page.evaluate((l) => document.querySelector(`main a[href^="/atlas/${l}/"]`)?.getAttribute("href"), list);
    if (first) found.push(first.replace("/atlas", ""));
  }
  await context.close();
  return [...new Set(found)];
}

for (const colorScheme of ["light", "dark"]) {
  for (const [width, height] of [[320, 640], [768, 1024], [1280, 900]]) {
    test(`axe finds nothing on the atlas and nothing scrolls sideways, ${colorScheme}, ${width} px`, async () => {
      const { page, context, complaints } = await openPage(browser, { viewport: { width, height }, colorScheme });
      const found = [];
      for (const path of kinds) {
        await page.goto(`${knead.address}/atlas${path}`);
        for (const v of await axe(page)) found.push(`${path}: ${v}`);
        const over = await sideways(page);
        if (over > 0) found.push(`${path}: scrolls ${over} px sideways`);
      }
      await context.close();
      assert.deepEqual(found, []);
      assert.deepEqual(complaints, []);
    });
  }
}

test("the atlas loads no script and works without it", async () => {
  const { page, context, complaints } = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(`${knead.address}/atlas/muscles/levator-scapulae`);
  assert.equal(await page.locator('script:not([type="application/ld+json"])').count(), 0);
  const shown = (layer) => page.locator(`.pic:first-child .${layer} .cross`).first().isVisible();
  assert.equal(await shown("l0"), true, "all points are shown first");
  await page.locator(".show-2").check({ force: true });
  assert.equal(await shown("l0"), false);
  assert.equal(await shown("l2"), true, "the second point is shown by itself");
  await page.locator('.title ~ .split a[href^="/atlas/places/"]').first().click();
  assert.match(page.url(), /\/atlas\/places\//);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("a place can be tapped on the body, and every place is in the list beside it", async () => {
  const { page, context } = await openPage(browser);
  await page.goto(`${knead.address}/atlas`);
  await page.locator('.whole figure:nth-child(2) a[href$="/infraspinous"] path').first().click({ force: true });
  assert.match(page.url(), /\/atlas\/places\/infraspinous$/);
  await page.goto(`${knead.address}/atlas`);
  const tapped = await page.evaluate(() => [...new Set([...document.querySelectorAll(".tap a")].map((a) => a.getAttribute("href")))]);
  assert.ok(tapped.length > 100, `${tapped.length} places can be tapped`);
  await page.locator(".tap-say a").click();
  for (const path of tapped) assert.equal(await page.locator(`main a[href="${path}"]`).count(), 1, path);
  await context.close();
});

test("the keyboard reaches everything in reading order, and nothing hides under the fold of the picture", async () => {
  const { page, context } = await openPage(browser);
  await page.goto(`${knead.address}/atlas/muscles/levator-scapulae`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const tops = [];
  for (let i = 0; i < 12; i++) {
    tops.push(await page.evaluate(() => document.activeElement.closest("main") !== null));
    await page.keyboard.press("Tab");
  }
  assert.ok(tops.every(Boolean), "after the skip link the focus stays in the page's own part");
  await context.close();
});

test("contrast themes keep the text and the drawings", async () => {
  const { page, context, complaints } = await openPage(browser, { forcedColors: "active" });
  for (const path of kinds) await page.goto(`${knead.address}/atlas${path}`);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("on paper the page is white, has its figure and sources, and no navigation", async () => {
  const { page, context } = await openPage(browser, { viewport: { width: 794, height: 1123 }, colorScheme: "dark" });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.goto(`${knead.address}/atlas/muscles/levator-scapulae`);
  assert.equal(await page.locator(".site-nav").isVisible(), false);
  assert.equal(await page.locator(".show").isVisible(), false);
  assert.equal(await page.locator(".pic").first().isVisible(), true);
  assert.equal(await page.locator(".sources").isVisible(), true);
  const ground = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  assert.match(ground, /rgb\(255, 255, 255\)|white|oklch\(1 /);
  assert.equal(await sideways(page), 0);
  await context.close();
});

test("a page of the atlas loads in at most 200 KB, the way in with its eight pictures in 280", async () => {
  for (const [path, most] of [["", 280], ["/muscles/levator-scapulae", 200], ["/places", 200], ["/sources", 200]]) {
    const { page, context } = await openPage(browser);
    const cdp = await context.newCDPSession(page);
    await cdp.send("Network.enable");
    let total = 0;
    cdp.on("Network.loadingFinished", (e) => {
      total += e.encodedDataLength;
    });
    await page.goto(`${knead.address}/atlas${path}`, { waitUntil: "networkidle" });
    console.log(`/atlas${path}: ${(total / 1024).toFixed(0)} KB`);
    assert.ok(total <= most * 1024, `/atlas${path}: ${total} bytes`);
    await context.close();
  }
});
