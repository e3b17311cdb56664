// A whole visit by the keyboard alone: the therapist at the desk, the client with a link,
// the session, the note. Nothing is clicked; what Tab does not reach does not exist.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, startBrowser, startRecord } from "./harness.mjs";

let knead;
let browser;

before(async () => {
  [knead, browser] = await Promise.all([startRecord("--demo"), startBrowser()]);
}, { timeout: 180_000 });

after(async () => {
  await browser?.close();
  await knead?.stop();
});

/** Hands on a keyboard. */
function hands(page) {
  const on = (selector, text) =>
    page.evaluate(
      ([s, t]) => {
        const at = document.activeElement;
        return at?.matches(s) && (!t || at.textContent.includes(t));
      },
      [selector, text],
    );
  const tabTo = async (selector, text = "", most = 250) => {
    for (let i = 0; i < most; i++) {
      if (await on(selector, text)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`${selector} ${text} was not reached in ${most} tabs at ${page.url()}`);
  };
  return {
    tabTo,
    type: async (selector, text) => {
      await tabTo(selector);
      await page.keyboard.type(text);
    },
    press: async (selector, text = "") => {
      await tabTo(selector, text);
      await page.keyboard.press("Enter");
    },
    /** Goes through the radio buttons of a group to the one of a value. */
    choose: async (name, value) => {
      await tabTo(`[name="${name}"]`);
      for (let i = 0; i < 12; i++) {
        if (await on(`[name="${name}"][value="${value}"]`)) {
          await page.keyboard.press("Space");
          return;
        }
        await page.keyboard.press("ArrowDown");
      }
      assert.fail(`${name} has no ${value} within reach`);
    },
  };
}

async function intake(link) {
  const { page, complaints } = await openPage(browser, { viewport: { width: 360, height: 700 } });
  page.setDefaultTimeout(20_000);
  const { tabTo, type, press, choose } = hands(page);
  await page.goto(link);
  await press("main .btn.main");
  await page.waitForURL("**/paint");
  await type("#say", "inside edge of the right shoulder blade");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#marks li b")?.textContent);
  await press(".panel .go .btn.main");
  await page.waitForURL("**/questions");
  const urgent = await page.locator("#urgent li").count();
  await tabTo('#urgent input[type="radio"]');
  for (let i = 0; i < urgent; i++) {
    for (let k = 0; k < 3 && (await page.evaluate(() => document.activeElement.value)) !== "no"; k++) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
  }
  await page.waitForFunction(() => !document.querySelector("#others").hidden);
  const groups = await page.locator("[data-none]").count();
  for (let i = 0; i < groups; i++) {
    await tabTo("[data-none]:not(:checked)");
    await page.keyboard.press("Space");
  }
  for (const q of await page.locator("#others fieldset.q[data-alarm=no] input[value=yes]").all()) await choose(await q.getAttribute("name"), "yes");
  await press("#others .go .btn.main");
  await page.waitForURL("**/about");
  await press(".go .btn.main");
  await page.waitForURL("**/consent");
  for (const kind of ["treatment", "data"]) await choose(`c-${kind}`, "given");
  await type('[name="signed"]', "Key Board");
  await press(".go .btn.main");
  await page.waitForURL("**/done");
  assert.deepEqual(complaints, []);
  await page.context().close();
}

test("a whole visit by the keyboard alone", { timeout: 300_000 }, async () => {
  const { page, complaints } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(20_000);
  const { tabTo, type, press } = hands(page);
  await page.goto(`${knead.address}/signin`);
  await press("button[name=demo]", "Ines");
  await page.waitForURL("**/today");
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.waitForURL("**/clients");
  await press('a[href="/clients/new"]');
  await page.waitForURL("**/clients/new");
  await type("[name=name]", "Key Board");
  await press("main button", "Save");
  await page.waitForURL(/clients\/[0-9a-f-]{36}$/);
  await press(".new-visit button");
  await page.waitForURL(/\/visits\//);
  const visit = page.url();
  await press("button", "Make a link");
  await intake(await page.inputValue("#address"));

  await page.goto(`${visit}/assess`);
  await press('button[formaction$="/begin"]');
  await page.waitForURL(/\/session$/);
  await page.waitForFunction(() => document.documentElement.dataset.offline === "ready");
  const mode = () => page.locator("#taps").getAttribute("data-mode");
  for (let i = 0; i < 120 && (await mode()) !== "ended"; i++) {
    await page.waitForTimeout(480); // as fast as a person would
    await tabTo(".act:not([hidden]) [data-main]:not([hidden])");
    await page.keyboard.press("Enter");
  }
  assert.equal(await mode(), "ended");

  await page.goto(`${visit}/note`);
  await tabTo("textarea");
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("Stiff since Monday. ");
  await press("button", "Sign");
  await page.waitForSelector(".note-read");
  assert.match(await page.textContent("main"), /Stiff since Monday/);
  assert.match(await page.textContent("main"), /Signed by Ines/);
  assert.deepEqual(complaints, []);
});
