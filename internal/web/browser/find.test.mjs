// The ways into the atlas: search, and 'Where does it hurt?' for somebody alone.
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

/** Types into the search of the way in and sends it. */
async function searchFor(page, words) {
  await page.goto(`${knead.address}/atlas`);
  await page.fill("#q", words);
  await page.press("#q", "Enter");
  await page.waitForURL(/\/atlas\/search\?q=/);
}

// Typed as people say it: type, choose the first answer, see the muscles.
for (const [words, place, muscle] of [
  ["pain under the heel", /heel-pad$/, /quadratus plantae|soleus|flexor digitorum brevis|abductor hallucis/i],
  ["inside edge of the shoulder blade", /infraspinous$|interscapular/, /rhomboid|serratus posterior superior|scalene|levator scapulae|infraspinatus/i],
  ["outer knee", /knee-outside$/, /vastus lateralis|biceps femoris|gluteus minimus/i],
]) {
  test(`'${words}' leads to muscles in three actions`, async () => {
    const { page, context, complaints } = await openPage(browser, { javaScriptEnabled: false });
    await searchFor(page, words);
    await page.locator(".hits li > a").first().click();
    assert.match(page.url(), place);
    const list = await page.locator("section[aria-labelledby=felt-h] .rows").first().innerText();
    assert.match(list, muscle);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("search forgives spelling and knows plain words", async () => {
  const { page, context } = await openPage(browser);
  for (const [words, found] of [["rotator cuf", "supraspinatus"], ["shoulder blade", "infraspinous"], ["levator", "levator-scapulae"], ["nape", "/nape"]]) {
    await searchFor(page, words);
    assert.ok((await page.locator(`.hits a[href$="${found}"]`).count()) > 0, `${words}: ${found}`);
  }
  await searchFor(page, "rotator cuf");
  await page.locator(".meant a").click();
  assert.equal(await page.inputValue("#q"), "rotator cuff");
  await searchFor(page, "flugelhorn");
  assert.match(await page.locator("main").innerText(), /Nothing in the atlas is called/);
  await context.close();
});

test("every page of the atlas has the search in its head", async () => {
  const { page, context } = await openPage(browser);
  await page.goto(`${knead.address}/atlas/muscles/levator-scapulae`);
  await page.fill("#find", "nape");
  await page.press("#find", "Enter");
  await page.waitForURL(/q=nape/);
  await context.close();
});

for (const javaScriptEnabled of [true, false]) {
  test(`somebody alone goes from words to reading, ${javaScriptEnabled ? "with" : "without"} script`, async () => {
    const { page, context, complaints } = await openPage(browser, { javaScriptEnabled });
    await page.goto(`${knead.address}/atlas/where`);
    await page.fill("#say", "outer side of the right knee");
    await page.locator("[data-say]").click();
    if (javaScriptEnabled) await readBack(page, 1);
    await page.locator(".go .btn.main").click();
    await page.waitForSelector("#urgent", { state: "attached" });
    await answerNo(page);
    await page.locator(".go .btn.main").click();
    await page.waitForSelector(".learn");
    assert.equal(new URL(page.url()).search, "", "no health data in the address");
    const text = await page.locator("main").innerText();
    assert.match(text, /Nobody has examined you/);
    assert.doesNotMatch(text, /check first|check next|also possible/i);
    if (javaScriptEnabled) assert.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 0, "nothing is kept in the tab");
    assert.equal((await context.cookies()).length, 0);
    await page.getByRole("button", { name: "Change an answer" }).click();
    await page.waitForSelector("#urgent", { state: "attached" });
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("painting works for somebody alone, and an emergency shows the stop and nothing else", async () => {
  const { page, context, complaints } = await openPage(browser, { viewport: { width: 390, height: 800 } });
  await page.goto(`${knead.address}/atlas/where`);
  await page.waitForTimeout(500);
  await stroke(page, [[0.45, 0.25], [0.5, 0.26]]);
  await readBack(page, 1);
  await page.locator(".go .btn.main").click();
  await page.waitForSelector("#urgent li .picks");
  await page.locator('#urgent li input[value="yes"]').first().click({ force: true });
  await page.waitForSelector(".stop.emergency");
  assert.equal(await page.locator('a[href^="/atlas/"]').count(), 0);
  assert.match(await page.locator("main").innerText(), /112/);
  await page.getByRole("button", { name: "I pressed the wrong answer" }).click();
  await page.waitForSelector("#urgent");
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const [width, height] of [[320, 640], [768, 1024], [1280, 900]]) {
    test(`axe finds nothing on search, changes and 'where does it hurt', ${colorScheme}, ${width} px`, async () => {
      const { page, context, complaints } = await openPage(browser, { viewport: { width, height }, colorScheme });
      const found = [];
      const look = async (name) => {
        for (const v of await axe(page)) found.push(`${name}: ${v}`);
        const over = await sideways(page);
        if (over > 0) found.push(`${name}: scrolls ${over} px sideways`);
      };
      for (const path of ["/search", "/search?q=rotator+cuf", "/search?q=flugelhorn+in+the+night", "/changes", "/where"]) {
        await page.goto(`${knead.address}/atlas${path}`);
        await look(path);
      }
      await page.fill("#say", "nape");
      await page.locator("[data-say]").click();
      await readBack(page, 1);
      await page.locator(".go .btn.main").click();
      await page.waitForSelector("#urgent", { state: "attached" });
      await look("questions");
      await answerNo(page);
      await page.locator(".go .btn.main").click();
      await page.waitForSelector(".learn");
      await look("reading");
      await context.close();
      assert.deepEqual(found, []);
      assert.deepEqual(complaints, []);
    });
  }
}
