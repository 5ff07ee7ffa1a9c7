import {
  administrator,
  expect,
  expectAccessible,
  expectAccessibleOnPhone,
  fanfare,
  hydrated,
  open,
  test,
} from "../fixtures";

test("what people reply to a list is kept once the list says so, read, answered and done", async ({
  browser,
  cockpit: page,
  openPhone,
}) => {
  test.setTimeout(180_000);
  const phone = await openPhone("Anna");
  const id = await phone.id();
  const { uid, threemaId }: { uid: string; threemaId: string } = JSON.parse(
    fanfare(["identity", "create", "--organisation", administrator.organisation, "--plan", "o15"]),
  );
  const dialog = page.locator("dialog[open]");
  const talks = `/i/${uid}/conversations`;

  await open(page, talks);
  await expect(page.getByText("No list keeps replies")).toBeVisible();
  await expectAccessible(page);
  await expectAccessibleOnPhone(page);

  await open(page, `/i/${uid}/lists`);
  await page.getByRole("button", { name: "New list" }).first().click();
  await dialog.getByLabel("Name", { exact: true }).fill("Parents");
  await page.getByRole("button", { name: "Make the list" }).click();
  await expect(page.getByRole("heading", { name: "Parents", level: 1 })).toBeVisible();
  const list = page.url();
  await page.getByRole("button", { name: "Add recipients" }).first().click();
  await dialog.getByLabel("Pasted").fill(id);
  await dialog.getByRole("button", { name: "Add 1 recipient" }).click();
  await expect(page.getByRole("row", { name: new RegExp(id) }).getByText("Reachable")).toBeVisible({ timeout: 20_000 });

  await test.step("a list that does not keep replies drops them", async () => {
    await phone.beginChat(threemaId);
    await phone.write("nobody keeps this");
    // the answer says so, and that it has been dealt with
    await expect(phone.message("nobody reads it")).toBeVisible({ timeout: 20_000 });
  });

  await test.step("the switch says what it does", async () => {
    const keep = page.getByRole("switch", { name: "Keep replies" });
    await expect(page.getByText("dropped unread and never stored")).toBeVisible();
    await keep.check();
    await expect(page.getByText("they are told once")).toBeVisible();
    await expectAccessible(page);
    await expectAccessibleOnPhone(page);
    await open(page, list);
    await expect(keep).toBeChecked();
  });

  await test.step("a reply stands in the cockpit, and the person is told once", async () => {
    await phone.write("Is the *school* open?");
    await expect(phone.message("Your message was kept")).toBeVisible({ timeout: 20_000 });
    const navigation = page.getByRole("navigation", { name: "Main", exact: true });
    await expect(navigation.getByText("1 unread")).toBeAttached({ timeout: 20_000 });
    await open(page, talks);
    const row = page.getByRole("link", { name: new RegExp(id) });
    await expect(row).toContainText("Is the school open?");
    await expectAccessible(page);
    await row.click();
    const log = page.getByRole("log");
    await expect(log.locator(".bubble")).toHaveCount(1);
    await expect(log.locator("strong")).toHaveText("school");
    await expect(navigation.getByText("1 unread")).toHaveCount(0);
    await expectAccessible(page);
    await expectAccessibleOnPhone(page);
  });

  await test.step("an answer arrives with its marks", async () => {
    await page.getByLabel("Answer").fill("*Yes*, at eight");
    await expect(page.locator(".talk-compose strong")).toHaveText("Yes");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect(phone.message("Yes, at eight").locator("strong")).toHaveText("Yes", { timeout: 20_000 });
    await expect(page.getByRole("log").locator(".bubble-out")).toContainText("Yes, at eight");
    await expect(page.getByLabel("Answer")).toHaveValue("");
  });

  await test.step("what is not sent yet outlives a reload, and does not outlive the sign-out", async () => {
    // a session of its own: the other tests share theirs
    const context = await browser.newContext();
    const own = await context.newPage();
    await open(own, "/login");
    await own.locator('input[name="email"]').fill(administrator.email);
    await own.locator('input[name="password"]').fill(administrator.password);
    await own.locator('main form button[type="submit"]').click();
    await expect(own).not.toHaveURL(/\/login/);
    await open(own, page.url());
    await own.getByLabel("Answer").fill("written, not sent");
    await own.reload();
    await hydrated(own);
    await expect(own.getByLabel("Answer")).toHaveValue("written, not sent");
    const kept = () => own.evaluate(() => JSON.stringify(window.sessionStorage));
    expect(await kept()).toContain("written, not sent");
    await own.getByRole("button", { name: "Sign out" }).first().click();
    await expect(own).toHaveURL(/\/login/);
    expect(await kept()).not.toContain("written");
    await context.close();
  });

  await test.step("saved replies are kept and inserted", async () => {
    await page.getByRole("button", { name: "Saved replies" }).click();
    await expect(dialog.getByText("No saved replies yet")).toBeVisible();
    await dialog.getByRole("button", { name: "New saved reply" }).click();
    await dialog.getByLabel("Name", { exact: true }).fill("Hours");
    await dialog.locator('textarea[name="text"]').fill("We open at eight.");
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await expect(dialog.getByText("We open at eight.")).toBeVisible();
    await expectAccessible(page);
    await expectAccessibleOnPhone(page);
    await dialog.getByRole("button", { name: "Insert Hours" }).click();
    await expect(page.getByLabel("Answer")).toHaveValue("We open at eight.");
    await page.getByLabel("Answer").fill("");
  });

  await test.step("assigned and done, and opened again by the next reply", async () => {
    await page.getByLabel("Assigned to").selectOption({ label: administrator.name });
    await page.getByRole("button", { name: "Mine" }).click();
    await expect(page.getByRole("link", { name: new RegExp(id) })).toContainText(administrator.name);
    await page.getByRole("button", { name: "Mine" }).click();
    await page.getByRole("button", { name: "Mark as done", exact: true }).click();
    await expect(page.getByRole("button", { name: "Open again" })).toBeVisible();
    await expect(page.getByRole("link", { name: new RegExp(id) })).toHaveCount(0);
    await phone.write("Thank you");
    await expect(page.getByRole("log").getByText("Thank you")).toBeVisible({ timeout: 20_000 });
    await expect(page.getByRole("link", { name: new RegExp(id) })).toContainText("Thank you");
    await expect(phone.message("Your message was kept")).toHaveCount(1);
  });

  await test.step("all that the filter shows is done at once, and comes back", async () => {
    await page.getByRole("button", { name: "Mark 1 as done" }).click();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Mark 1 as done" }).click();
    await expect(page.getByText("1 conversation is done")).toBeVisible();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByRole("link", { name: new RegExp(id) })).toBeVisible();
  });

  await test.step("on a small window list and conversation come one after the other", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, talks);
    await page.getByRole("link", { name: new RegExp(id) }).click();
    await expect(page.getByRole("log")).toBeVisible();
    await page.getByRole("button", { name: "Back to the list" }).click();
    await expect(page.getByRole("log")).toBeHidden();
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  await test.step("deleted, nothing is left", async () => {
    await page.getByRole("link", { name: new RegExp(id) }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await dialog.getByRole("button", { name: "Delete 1 conversation" }).click();
    await expect(page.getByRole("link", { name: new RegExp(id) })).toHaveCount(0);
    await expect(page.getByText("No conversations yet")).toBeVisible();
  });
});

test("a broadcast goes to everybody and to whoever is new, and its replies are kept", async ({
  cockpit: page,
  openPhone,
}) => {
  test.setTimeout(180_000);
  const [anna, ben] = [await openPhone("Anna"), await openPhone("Ben")];
  const ids = [await anna.id(), await ben.id()];
  const { uid, threemaId }: { uid: string; threemaId: string } = JSON.parse(
    fanfare(["identity", "create", "--organisation", administrator.organisation, "--plan", "o15"]),
  );
  const dialog = page.locator("dialog[open]");
  const list = async (name: string, id: string) => {
    await open(page, `/i/${uid}/lists`);
    await page.getByRole("button", { name: "New list" }).first().click();
    await dialog.getByLabel("Name", { exact: true }).fill(name);
    await page.getByRole("button", { name: "Make the list" }).click();
    await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
    await page.getByRole("button", { name: "Add recipients" }).first().click();
    await dialog.getByLabel("Pasted").fill(id);
    await dialog.getByRole("button", { name: "Add 1 recipient" }).click();
    await expect(page.getByRole("row", { name: new RegExp(id) }).getByText("Reachable")).toBeVisible({ timeout: 20_000 });
  };
  await list("First", ids[0]);

  await test.step("written from the conversations", async () => {
    await open(page, `/i/${uid}/conversations`);
    await page.getByRole("link", { name: "New broadcast" }).click();
    await expect(page.getByRole("heading", { name: "New broadcast", level: 1 })).toBeVisible();
    await expectAccessible(page);
    await expectAccessibleOnPhone(page);
    await page.getByRole("button", { name: "Check and send" }).click();
    await expect(page.locator('input[name="name"]')).toHaveAttribute("aria-invalid", "true");
    await page.locator('input[name="name"]').fill("Storm warning");
    await page.getByLabel("Message in English").fill("Are you *safe*?");
    await page.getByRole("switch", { name: "Default: also to whoever is new" }).check();
    await expect(page.getByText("Draft saved")).toBeVisible({ timeout: 20_000 });
  });

  await test.step("single people are found by search", async () => {
    await page.getByRole("radio", { name: "Chosen people" }).check();
    await page.getByRole("button", { name: "Choose people" }).click();
    await dialog.getByRole("searchbox").fill(ids[0]);
    await dialog.getByRole("checkbox", { name: new RegExp(ids[0]) }).check();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Chosen" }).click();
    await expect(dialog.getByRole("checkbox", { name: new RegExp(ids[0]) })).toBeChecked();
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(page.getByText("1 person").first()).toBeVisible();
    await page.getByRole("radio", { name: "Everyone of this Broadcast ID" }).check();
  });

  await test.step("sent, and it says what comes afterwards", async () => {
    await page.getByRole("button", { name: "Check and send" }).click();
    await expect(dialog.getByText("Replies are kept.")).toBeVisible();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Send to 1 person" }).click();
    await expect(page.getByRole("heading", { name: "Afterwards" })).toBeVisible({ timeout: 20_000 });
    await anna.openChat(threemaId);
    await expect(anna.message("Are you safe?")).toBeVisible({ timeout: 20_000 });
    await expectAccessible(page);
  });
  const message = page.url();

  await test.step("whoever is new gets it once", async () => {
    await list("Second", ids[1]);
    await ben.openChat(threemaId);
    await expect(ben.message("Are you safe?")).toHaveCount(1, { timeout: 30_000 });
  });

  await test.step("a reply becomes a conversation", async () => {
    await ben.write("All well");
    await expect(ben.message("Your message was kept")).toBeVisible({ timeout: 20_000 });
    await open(page, `/i/${uid}/conversations`);
    await expect(page.getByRole("link", { name: new RegExp(ids[1]) })).toContainText("All well");
  });

  await test.step("no longer to newcomers", async () => {
    await open(page, message);
    await page.getByRole("button", { name: "No longer to newcomers" }).click();
    await expect(page.getByRole("button", { name: "No longer to newcomers" })).toHaveCount(0);
  });
});
