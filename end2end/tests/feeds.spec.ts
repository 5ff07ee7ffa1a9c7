import { administrator, expect, expectAccessible, expectAccessibleOnPhone, fanfare, open, test } from "../fixtures";

/** An identity of its own, so that other tests do not matter. */
function identity(): { uid: string; threemaId: string } {
  return JSON.parse(fanfare(["identity", "create", "--organisation", administrator.organisation, "--plan", "o15"]));
}

test("people subscribe by word, receive, leave, and are blocked", async ({ cockpit: page, openPhone }) => {
  test.setTimeout(240_000);
  const { uid, threemaId } = identity();
  const ruth = await openPhone("Ruth");
  const marc = await openPhone("Marc");
  const marcId = await marc.id();
  await ruth.id();
  const dialog = page.locator("dialog[open]");

  await test.step("a feed is made", async () => {
    await open(page, `/i/${uid}/feeds`);
    await expectAccessible(page);
    await page.getByRole("button", { name: "New feed" }).first().click();
    await dialog.getByLabel("Name", { exact: true }).fill("Town News");
    await dialog.getByLabel("Welcome, English").fill("Nice to have you here.");
    await dialog.getByLabel("Goodbye, Deutsch").fill("Auf Wiedersehen.");
    await expectAccessible(page);
    await expectAccessibleOnPhone(page);
    await dialog.getByRole("button", { name: "Make the feed" }).click();
    await expect(page.getByRole("heading", { name: "Town News", level: 1 })).toBeVisible();
    await expectAccessible(page);
    await expectAccessibleOnPhone(page);
  });
  const feed = new URL(page.url()).pathname;

  await test.step("nobody from outside is answered while the ID is internal", async () => {
    await ruth.beginChat(threemaId);
    await ruth.write("start town news");
    await expect(ruth.message("This ID only answers internal contacts.")).toBeVisible({ timeout: 30_000 });
    await open(page, `/i/${uid}/configuration`);
    await page.getByRole("switch", { name: "Internal only" }).uncheck();
    await expect(page.getByText("Everybody is answered now.")).toBeVisible();
    await expectAccessible(page);
  });

  await test.step("they subscribe, by name and by number", async () => {
    await ruth.write("start town");
    await expect(ruth.message("You now get “Town News”")).toBeVisible({ timeout: 30_000 });
    await expect(ruth.message("Nice to have you here.")).toBeVisible();
    await marc.beginChat(threemaId);
    await marc.write("de");
    await expect(marc.message("Ab jetzt erhalten Sie deutsche Texte.")).toBeVisible({ timeout: 30_000 });
    await marc.write("abo 1");
    await expect(marc.message("Sie erhalten jetzt «Town News»")).toBeVisible({ timeout: 30_000 });
    await open(page, feed);
    await expect(page.locator(".lede")).toHaveText("2 subscribers");
    await expect(page.getByRole("row", { name: new RegExp(marcId) })).toBeVisible();
  });

  await test.step("a message to the feed reaches both", async () => {
    await page.getByRole("link", { name: "Write to 2 subscribers" }).click();
    await page.locator("#text").fill("The bridge is open again.");
    await expect(page.locator("#union")).toContainText("2 people");
    await page.getByRole("button", { name: "Check and send" }).click();
    await page.getByRole("button", { name: "Send to 2 people" }).click();
    await expect(ruth.message("The bridge is open again.")).toBeVisible({ timeout: 30_000 });
    await expect(marc.message("The bridge is open again.")).toBeVisible({ timeout: 30_000 });
  });

  await test.step("one leaves, the other is blocked", async () => {
    await ruth.write("stop");
    await expect(ruth.message("You no longer get “Town News”")).toBeVisible({ timeout: 30_000 });
    await open(page, `${feed}/blocked`);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Block people" }).click();
    await dialog.getByLabel("Threema IDs").fill(marcId.toLowerCase());
    await expectAccessible(page);
    await expectAccessibleOnPhone(page);
    await dialog.getByRole("button", { name: "Block 1 person" }).click();
    await expect(page.getByRole("row", { name: new RegExp(marcId) })).toBeVisible();
    await expect(page.locator(".lede")).toHaveText("0 subscribers");
    await marc.write("abo Town News");
    await expect(marc.message("Sie können «Town News» nicht abonnieren.")).toBeVisible({ timeout: 30_000 });
  });

  await test.step("history, link and code", async () => {
    await page.getByRole("link", { name: "History" }).click();
    await expect(page.getByRole("img", { name: /2 came and 2 went/ })).toBeVisible();
    await expectAccessible(page);
    await expectAccessibleOnPhone(page);
    await page.getByRole("link", { name: "Link and code" }).click();
    await expect(page.getByText(`https://threema.id/${threemaId}?text=start%20Town%20News`)).toBeVisible();
    await expect(page.getByRole("img", { name: "Code that subscribes to Town News" })).toBeVisible();
    const svg = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download as SVG" }).click();
    expect((await svg).suggestedFilename()).toBe("feed.svg");
    const png = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download as PNG" }).click();
    expect((await png).suggestedFilename()).toBe("feed.png");
    await expectAccessible(page);
    await expectAccessibleOnPhone(page);
  });
});

test("an external who gets a feed is marked, and can only leave", async ({ cockpit: page, openPhone }) => {
  test.setTimeout(180_000);
  const { uid, threemaId } = identity();
  const ruth = await openPhone("Ruth");
  const ruthId = await ruth.id();
  await open(page, `/i/${uid}/feeds`);
  await page.getByRole("button", { name: "New feed" }).first().click();
  const dialog = page.locator("dialog[open]");
  await dialog.getByLabel("Name", { exact: true }).fill("Alarm");
  await dialog.getByRole("button", { name: "Make the feed" }).click();
  await expect(page.getByRole("heading", { name: "Alarm", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Add people" }).first().click();
  await dialog.getByLabel("Pasted").fill(ruthId);
  await dialog.getByRole("button", { name: "Add 1 recipient" }).click();
  await expect(page.getByText("1 external recipient", { exact: true })).toBeVisible();
  await expect(page.getByRole("row", { name: new RegExp(ruthId) }).getByText("External")).toBeVisible();
  await open(page, `/i/${uid}/recipients`);
  await page.getByRole("link", { name: "Show them" }).click();
  await expect(page.locator("table.data tbody tr")).toHaveCount(1);
  await expectAccessible(page);

  await ruth.beginChat(threemaId);
  await ruth.write("feeds");
  await expect(ruth.message("This ID only answers internal contacts.")).toBeVisible({ timeout: 30_000 });
  await ruth.write("profile");
  await expect(ruth.message("Feeds: Alarm")).toBeVisible({ timeout: 30_000 });
  await ruth.write("stop alarm");
  await expect(ruth.message("so you cannot subscribe again yourself")).toBeVisible({ timeout: 30_000 });
});
