// A stop of the screening that a named therapist lifts, by keyboard alone: with a reason,
// kept under their name, taken back by one key.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answerNo, axe, openPage, startBrowser, startRecord } from "./harness.mjs";

let knead;
let browser;

before(async () => {
  [knead, browser] = await Promise.all([startRecord("--demo"), startBrowser()]);
}, { timeout: 180_000 });

after(async () => {
  await browser?.close();
  await knead?.stop();
});

/** Presses Tab until something has the focus, as somebody without a mouse does. */
async function tabTo(page, selector) {
  for (let i = 0; i < 200; i++) {
    if (await page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab never reaches ${selector}`);
}

test("a stop is lifted with a reason and taken back, by keyboard alone", { timeout: 180_000 }, async () => {
  const { page, context, complaints } = await openPage(browser, { viewport: { width: 1024, height: 768 } });
  page.setDefaultTimeout(20_000);
  await page.goto(`${knead.address}/signin`);
  await page.locator("button[name=demo]").first().click();
  await page.waitForURL("**/today");
  await page.goto(`${knead.address}/clients`);
  await page.locator(".people a", { hasText: "Jonas" }).click();
  await page.locator(".new-visit button").click();
  await page.waitForURL("**/visits/*");
  const at = page.url();
  await page.goto(`${at}/paint`);
  await page.fill("#say", "inside edge of the right shoulder blade");
  await page.click("[data-say]");
  await page.waitForFunction(() => document.querySelectorAll("#marks li b").length === 1);
  await page.locator(".panel .go .btn.main").click();
  await page.waitForSelector(".questions");
  await answerNo(page);
  const changed = page.locator('[name=changed][value="no"]');
  if (await changed.count()) await changed.check({ force: true });
  await page.locator('[name="q-g6"][value="yes"]').check({ force: true }); // fever
  await page.locator("#others .go .btn.main").click();
  await page.waitForSelector(".stop.same-day");
  assert.deepEqual(await axe(page), []);
  assert.equal(await page.locator('[formaction$="/begin"]').count(), 0, "nothing begins on a stop");

  await tabTo(page, "#lift-reason");
  await page.keyboard.type("Her doctor saw her this morning: no fever, massage is right.");
  await tabTo(page, 'button[form="lift-form"]');
  await page.keyboard.press("Enter");
  await page.waitForSelector(".lifted");
  const said = await page.textContent(".lifted");
  assert.match(said, /Ines Okafor lifted a stop/);
  assert.match(said, /no fever, massage is right/);
  assert.ok((await page.locator("#plan .land li").count()) > 0, "there is a plan again");
  assert.deepEqual(await axe(page), []);

  await tabTo(page, '.lifted button[name="undo"]');
  await page.keyboard.press("Enter");
  await page.waitForSelector(".stop.same-day");
  assert.equal(await page.locator(".lifted").count(), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});
