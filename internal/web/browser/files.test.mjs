// Photos and documents on a client's record, and the pages on which an entry is joined,
// held, handed out and erased, in a real browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { axe, openPage, sideways, startBrowser, startRecord } from "./harness.mjs";

let knead;
let browser;
let client; // the address of a client's page, with a double beside it

const pdf = Buffer.from("%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n");
const owner = { email: "noor@example.org", password: "seven warm stones in a row" };

before(
  async () => {
    [knead, browser] = await Promise.all([startRecord(), startBrowser()]);
    const { page } = await openPage(browser);
    await page.goto(`${knead.address}/setup`);
    await page.fill("[name=practice]", "Clay");
    await page.fill("[name=zone]", "Europe/Berlin");
    await page.fill("[name=name]", "Noor Haddad");
    await page.fill("[name=email]", owner.email);
    await page.fill("[name=password]", owner.password);
    await page.click("[data-main-without-passkey]");
    await page.waitForURL("**/me/secure");
    for (const name of ["Ana Lopez", "Ana Lopez (double)"]) {
      await page.goto(`${knead.address}/clients/new`);
      await page.fill("[name=name]", name);
      await page.locator("details", { has: page.locator("[name=tags]") }).locator("summary").click();
      await page.fill("[name=tags]", "Mondays, knees");
      await page.click("button.main.big");
      await page.waitForURL(/\/clients\/[0-9a-f-]+$/);
      client ??= page.url();
    }
    await page.context().close();
  },
  { timeout: 120_000 },
);

after(async () => {
  await browser?.close();
  await knead?.stop();
});

/** A page on which the owner is signed in. */
async function signedIn(options = {}) {
  const opened = await openPage(browser, options);
  opened.page.setDefaultTimeout(10_000);
  await opened.page.goto(`${knead.address}/signin`);
  await opened.page.fill("[name=email]", owner.email);
  await opened.page.fill("[name=password]", owner.password);
  await opened.page.press("[name=password]", "Enter");
  await opened.page.waitForURL(/\/(today|me\/secure)$/);
  return opened;
}

async function fine(page, what) {
  assert.deepEqual(await axe(page), [], `${what}: axe`);
  assert.equal(await sideways(page), 0, `${what} scrolls sideways`);
}

test("files go up with their progress, by the keyboard and by dropping; what is not taken says why", { timeout: 60_000 }, async () => {
  const { page, complaints } = await signedIn();
  await page.goto(client);
  const png = await page.screenshot();
  await page.setInputFiles("#file", [
    { name: "shoulder <b>now</b>.png", mimeType: "image/png", buffer: png },
    { name: "letter.pdf", mimeType: "application/pdf", buffer: pdf },
    { name: "page.png", mimeType: "image/png", buffer: Buffer.from("<html><script>alert(1)</script>") },
  ]);
  await page.focus("#file");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter"); // the button after the field
  await page.waitForSelector(".file-list li:nth-child(2)");
  await page.waitForSelector(".uploads li");
  assert.match(await page.textContent(".uploads"), /page\.png.*Only photos/s);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "file", "the focus is back at the field");
  assert.equal(await page.evaluate(() => document.querySelector(".file-list img").complete && document.querySelector(".file-list img").naturalWidth > 0), true, "the thumbnail is seen");
  await fine(page, "files");

  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(["%PDF-1.4\ndropped\n%%EOF\n"], "dropped.pdf", { type: "application/pdf" }));
    document.querySelector("[data-upload]").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  await page.waitForFunction(() => /dropped\.pdf/.test(document.querySelector(".file-list")?.textContent ?? ""));

  await page.click("text=Remove dropped.pdf");
  await page.waitForURL(/removed=/);
  assert.match(await page.textContent("#files [role=status]"), /dropped\.pdf was removed/);
  await fine(page, "a removed file");
  await page.click("#files button[name=undo] >> nth=0");
  await page.waitForFunction(() => /dropped\.pdf/.test(document.querySelector(".file-list")?.textContent ?? ""));
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("files go up without script, several at once", { timeout: 60_000 }, async () => {
  const { page } = await signedIn({ javaScriptEnabled: false });
  await page.goto(client);
  await page.setInputFiles("#file", [
    { name: "one.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\none\n%%EOF\n") },
    { name: "two.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\ntwo\n%%EOF\n") },
  ]);
  await page.click(".upload button");
  await page.waitForURL(/added=2/);
  assert.match(await page.textContent("#files"), /2 files were added/);
  assert.match(await page.textContent(".file-list"), /one\.pdf.*|two\.pdf.*/s);
  await page.context().close();
});

test("the record is handed out, and its page stands by itself", { timeout: 60_000 }, async () => {
  const { page } = await signedIn();
  await page.goto(`${client}/manage`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=Download the record")]);
  const bytes = readFileSync(await download.path());
  assert.equal(download.suggestedFilename(), "client-record.zip");
  assert.equal(bytes.subarray(0, 2).toString(), "PK");
  await page.context().close();
});

test("joining, holding and erasing are plain pages at every width and in both themes", { timeout: 120_000 }, async () => {
  for (const width of [320, 1280])
    for (const colorScheme of ["light", "dark"]) {
      const { page, complaints } = await signedIn({ viewport: { width, height: 900 }, colorScheme });
      const what = (name) => `${name}, ${width} ${colorScheme}`;
      await page.goto(client);
      await fine(page, what("client"));
      await page.click("text=Archive, join, export, erase");
      await page.waitForURL("**/manage");
      await fine(page, what("manage"));
      await page.click("text=Set the hold");
      await page.waitForSelector("#f-hold-err");
      await fine(page, what("a hold without a reason"));
      await page.fill("#f-hold", "a claim is open");
      await page.click("text=Set the hold");
      await page.waitForSelector("text=A hold stands on this client.");
      await fine(page, what("a hold"));
      await page.click("text=Lift the hold");
      await page.waitForSelector("#f-hold");
      await page.click(".people a");
      await page.waitForURL(/\/join\//);
      await fine(page, what("two entries"));
      await page.click("text=Join them");
      await page.waitForURL(/manage/);
      await page.click("text=Take apart");
      await page.waitForSelector("text=taken apart on");
      await fine(page, what("joined and taken apart"));
      await page.goto(`${client}/erase`);
      await fine(page, what("erase, step 1"));
      await page.fill("#f-reason", "asked by the client");
      await page.click("text=Go on");
      await page.waitForSelector("text=Step 2 of 2");
      await fine(page, what("erase, step 2"));
      await page.goto(`${knead.address}/expired`);
      await fine(page, what("expired"));
      assert.deepEqual(complaints, []);
      await page.context().close();
    }
});

test("an erasure leaves a page to print that names nobody", { timeout: 60_000 }, async () => {
  const { page, complaints } = await signedIn();
  await page.goto(`${client}/erase`);
  await page.fill("#f-reason", "asked by the client");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=Step 2 of 2");
  await page.click("text=Erase now");
  await page.waitForURL(/erasures/);
  const text = await page.textContent("main");
  assert.match(text, /This was erased/);
  assert.doesNotMatch(text, /Lopez/);
  await fine(page, "the record of an erasure");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.isVisible(".desk-nav"), false, "the navigation is not printed");
  assert.deepEqual(complaints, []);
  await page.context().close();
});
