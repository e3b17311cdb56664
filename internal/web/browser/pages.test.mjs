// Every page of the table of access, on a phone in the dark and on a desk in the light, and
// enlarged in between: no fault that axe knows, nothing to scroll sideways, the focus in the
// order of the page. A route that is neither a page here nor said to be none fails.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { axe, openPage, sideways, startBrowser, startRecord } from "./harness.mjs";

const routes = readFileSync(new URL("../testdata/access.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => /^GET /.test(line))
  .map((line) => line.split(/\s+/)[1]);

/** Routes that show no page of their own, and why. */
const noPage = {
  "/{$}": "goes on to today",
  "/clients/{client}/export": "an archive",
  "/clients/{client}/files/{file}": "a file",
  "/clients/{client}/files/{file}/thumb": "a picture",
  "/events": "a stream",
  "/setup": "goes on, since there is a practice; people.test.mjs sees it",
  "/signin/elsewhere/back": "goes on; there is no identity provider",
  "/sw.js": "a script",
  "/visits/{visit}/session/watch": "a stream",
};

let knead;
let browser;
let state; // the owner is signed in
let places; // route -> address

before(async () => {
  [knead, browser] = await Promise.all([startRecord("--demo"), startBrowser()]);
  const { page, context } = await openPage(browser);
  page.setDefaultTimeout(20_000);
  places = await prepare(page);
  state = await context.storageState();
  await context.close();
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await knead?.stop();
});

/** Walks the demo once, and gives an address for each page. */
async function prepare(page) {
  const at = (path) => `${knead.address}${path}`;
  await page.goto(at("/signin"));
  await page.locator("button[name=demo]", { hasText: "Ines" }).click();
  await page.waitForURL("**/today");

  await page.goto(at("/clients/new"));
  await page.fill("[name=name]", "Soon Gone");
  await page.locator("main button", { hasText: "Save" }).click();
  await page.waitForURL(/clients\/[0-9a-f-]{36}$/);
  await page.goto(`${page.url()}/erase`);
  await page.fill("#f-reason", "asked by the client");
  await page.click("text=Go on");
  await page.click("text=Erase now");
  await page.waitForURL(/erasures/);
  const erasure = page.url();

  await page.goto(at("/settings/people"));
  const member = await page.locator(".people a", { hasText: "Mattis" }).getAttribute("href");
  await page.fill("[name=name]", "New Colleague");
  await page.fill("[name=email]", "new@example.org");
  await page.locator("main .btn.main").click();
  const join = await page.inputValue("#address");
  await page.goto(at(member));
  await page.click("text=Make a link");
  const reset = await page.inputValue("#address");

  await page.goto(at("/clients?q=hanna"));
  await page.locator(".people a").first().click();
  await page.waitForURL(/clients\/[0-9a-f-]{36}$/);
  const client = page.url();
  const visit = await page.locator(".day-row", { hasText: "signed" }).first().locator("a").evaluate((a) => a.href);
  await page.locator(".new-visit button").click();
  await page.waitForURL(/visits/);
  const next = page.url();
  await page.click("text=Make a link");
  const link = await page.inputValue("#address");
  await page.goto(visit);
  await page.click("text=Make a check-in link");
  const checkin = await page.inputValue("#address");
  await page.goto(`${visit}/letter`);
  await page.click("text=Keep it and print");
  await page.waitForURL(/letters/);
  const letter = page.url();
  const other = await page.request.get(at("/clients?q=grace")).then(async (r) => (await r.text()).match(/\/clients\/([0-9a-f-]{36})/)[1]);

  const list = {
    "/clients/{client}/erasures/{erasure}": erasure,
    "/clients/{client}/join/{other}": `${client}/join/${other}`,
    "/clients/{client}/measures/{instrument}": `${client}/measures/psfs`,
    "/find": at("/find?q=hanna"),
    "/join/{bearer}": join,
    "/reset/{bearer}": reset,
    "/settings/people/{member}": at(member),
    "/visits/{visit}": next,
    "/visits/{visit}/letters/{letter}": letter,
  };
  for (const route of routes) {
    if (noPage[route]) continue;
    list[route] ??= route.replace(/^\/clients\/\{client\}/, client).replace(/^\/visits\/\{visit\}/, visit).replace(/^\/l\/\{bearer\}/, link).replace(/^\/c\/\{bearer\}/, checkin);
    if (list[route].startsWith("/")) list[route] = at(list[route]);
  }
  return list;
}

test("the routes are pages here, or said to be none", () => {
  for (const route of Object.keys(noPage)) assert.ok(routes.includes(route), `${route} is no route`);
  for (const [route, address] of Object.entries(places)) {
    assert.ok(routes.includes(route), `${route} is no route`);
    assert.doesNotMatch(address, /[{}]/, `${route} has no address here: give it one, or say why it is no page`);
  }
  assert.equal(Object.keys(places).length + Object.keys(noPage).length, routes.length);
});

for (const [width, colorScheme] of [[320, "dark"], [1280, "light"]]) {
  test(`every page at ${width} px, ${colorScheme}`, { timeout: 600_000 }, async (t) => {
    const { page, complaints } = await openPage(browser, { viewport: { width, height: 900 }, colorScheme, storageState: state });
    page.setDefaultTimeout(30_000);
    for (const [route, address] of Object.entries(places)) {
      await t.test(route, async () => {
        const answer = await page.goto(address);
        assert.equal(answer.status(), 200);
        assert.ok((await page.locator("h1").count()) > 0, "a page has a heading");
        assert.equal(await sideways(page), 0, "scrolls sideways");
        assert.deepEqual(await axe(page), []);
        assert.equal(await page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count(), 0, "the focus goes in the order of the page");
        if (width !== 1280) return;
        await page.setViewportSize({ width: 640, height: 450 }); // a desk enlarged to 200 %; 320 px are 400 %
        assert.equal(await sideways(page), 0, "scrolls sideways at 200 %");
        await page.setViewportSize({ width, height: 900 });
      });
    }
    assert.deepEqual(complaints, []);
  });
}
