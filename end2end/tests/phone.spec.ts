import { expect, expectAccessible, expectAccessibleOnPhone, hydrated, open, Phone, test } from "../fixtures";

test("two phones write to each other, and each sees how far its message got", async ({ openPhone }) => {
  const ruth = await openPhone("Ruth");
  const marc = await openPhone("Marc");
  const [ruthId, marcId] = [await ruth.id(), await marc.id()];

  await ruth.beginChat(marcId.toLowerCase());
  await ruth.write("Hallo *Marc*\nkommst du?");
  const sent = ruth.message("Hallo Marc");
  await expect(sent.locator("strong")).toHaveText("Marc");
  await expect(sent).toContainText("delivered");

  await expect(marc.page.locator(`[data-chat="${ruthId}"]`)).toContainText("1 unread");
  await marc.openChat(ruthId);
  await expect(marc.message("Hallo Marc").locator("strong")).toHaveText("Marc");
  await expect(marc.page.getByRole("heading", { name: "Ruth", exact: true })).toBeVisible();
  await expect(sent).toContainText("read");

  await marc.write("Ja!");
  await expect(ruth.message("Ja!")).toBeVisible();
  await expect(marc.message("Ja!")).toContainText("read");

  // everything is still there after loading the page again
  await ruth.page.reload();
  await hydrated(ruth.page);
  expect(await ruth.id()).toBe(ruthId);
  await expect(ruth.message("Ja!")).toBeVisible();
  await expect(sent).toContainText("read");
});

test("a copy of a message is dropped and counted", async ({ openPhone }) => {
  const ruth = await openPhone("Ruth");
  const marc = await openPhone("Marc");
  await ruth.beginChat(await marc.id());
  const posted = ruth.page.waitForRequest("**/phone/sim/messages");
  await ruth.write("only once");
  const request = await posted;
  await marc.openChat(await ruth.id());
  await expect(marc.message("only once")).toBeVisible();

  const again = await ruth.page.request.post(request.url(), {
    headers: { authorization: (await request.headerValue("authorization")) as string },
    data: request.postDataJSON(),
  });
  expect(again.ok()).toBe(true);
  await ruth.write("and this");
  await expect(marc.message("and this")).toBeVisible();
  await expect(marc.message("only once")).toHaveCount(1);
  await marc.chats();
  await marc.page.getByRole("link", { name: "My ID" }).click();
  await expect(marc.page.locator('[data-count="dropped"]')).toHaveText("1");
});

test("what a blocked ID sends is dropped without a trace", async ({ openPhone }) => {
  const ruth = await openPhone("Ruth");
  const marc = await openPhone("Marc");
  const priya = await openPhone("Priya");
  await ruth.beginChat(await marc.id());
  await ruth.write("before");
  await marc.openChat(await ruth.id());
  await expect(marc.message("before")).toBeVisible();
  await marc.page.getByRole("button", { name: "Block", exact: true }).click();
  await expect(marc.page.locator('textarea[name="text"]')).toHaveCount(0);

  await ruth.write("while blocked");
  await expect(ruth.message("while blocked")).toContainText("sent");
  // mailboxes keep the order: once this one is there, the blocked one has been dealt with
  await priya.beginChat(await marc.id());
  await priya.write("behind it");
  await expect(priya.message("behind it")).toContainText("delivered");
  await expect(marc.message("while blocked")).toHaveCount(0);
  await expect(ruth.message("while blocked")).toContainText("sent");

  await marc.page.getByRole("button", { name: "Unblock" }).click();
  await ruth.write("after");
  await expect(marc.message("after")).toBeVisible();
  await expect(marc.message("while blocked")).toHaveCount(0);
});

test("read receipts can be switched off", async ({ openPhone }) => {
  const ruth = await openPhone("Ruth");
  const marc = await openPhone("Marc");
  await marc.id();
  await marc.page.getByRole("link", { name: "My ID" }).click();
  await marc.page.getByRole("switch").uncheck();
  await marc.chats();

  await ruth.beginChat(await marc.id());
  await ruth.write("private");
  await marc.openChat(await ruth.id());
  await expect(marc.message("private")).toBeVisible();
  // the answer comes behind any receipt for the message
  await marc.write("seen, without saying so");
  await expect(ruth.message("seen, without")).toBeVisible();
  await expect(ruth.message("private")).toContainText("delivered");
});

test("its ID stands there as text and as a code", async ({ openPhone }) => {
  const ruth = await openPhone("Ruth");
  const id = await ruth.id();
  await ruth.page.getByRole("link", { name: "My ID" }).click();
  await expect(ruth.page.getByRole("img", { name: `QR code of ${id}` })).toBeVisible();
  await expect(ruth.page.getByText(/^[0-9a-f]{64}$/)).toBeVisible();
});

test("wrong and unknown IDs are refused in words", async ({ openPhone }) => {
  const ruth = await openPhone("Ruth");
  const id = await ruth.id();
  const field = ruth.page.locator('input[name="contact"]');
  const button = ruth.page.getByRole("button", { name: "New chat" });
  for (const [typed, words] of [
    ["RUTH", "not a Threema ID"],
    [id, "the ID of this phone"],
    ["ZZZZZZZZ", "does not know this ID"],
  ]) {
    await field.fill(typed);
    await button.click();
    await expect(ruth.page.getByRole("alert").filter({ hasText: words })).toBeVisible();
    await expect(field).toHaveAttribute("aria-invalid", "true");
  }
});

test("several phones live in one browser, each in one window at a time", async ({ openPhone }) => {
  const ruth = await openPhone("Ruth");
  const id = await ruth.id();
  const other = await ruth.context.newPage();
  await other.setViewportSize({ width: 1280, height: 800 });
  await open(other, "/phone?as=Marc");
  await expect(other.locator("[data-threema-id]").first()).toHaveAttribute("data-threema-id", /^[0-9A-Z]{8}$/);
  await expect(other.locator("[data-threema-id]").first()).not.toHaveAttribute("data-threema-id", id);

  await other.getByRole("region", { name: "Phones" }).getByRole("link", { name: "Ruth" }).click();
  await expect(other.locator("[data-threema-id]").first()).toHaveAttribute("data-threema-id", id);
  await expect(ruth.page.getByText("open in another window")).toBeVisible();
  await ruth.page.getByRole("button", { name: "Use it here" }).click();
  expect(await ruth.id()).toBe(id);
  await expect(other.getByText("open in another window")).toBeVisible();
});

test("a phone that cannot be read, or is not wanted any more, starts over", async ({ openPhone }) => {
  const ruth = await openPhone("Ruth");
  const first = await ruth.id();
  // without the running page, which would store the phone again
  await ruth.page.goto("/login");
  await ruth.page.evaluate(() => localStorage.setItem("fanfare-phone/Ruth", '{"version":1,"id":'));
  await open(ruth.page, "/phone?as=Ruth");
  await expect(ruth.page.getByText("cannot be read")).toBeVisible();
  await ruth.page.getByRole("button", { name: "Start over" }).click();
  const second = await ruth.id();
  expect(second).not.toBe(first);

  await ruth.page.getByRole("link", { name: "My ID" }).click();
  await ruth.page.getByRole("button", { name: "Start over" }).click();
  await expect(ruth.page.getByRole("dialog")).toContainText(second);
  await ruth.page.getByRole("button", { name: "Delete this phone" }).click();
  await expect(ruth.page.locator("[data-threema-id]").first()).not.toHaveAttribute("data-threema-id", second);
  await ruth.id();
});

test("it speaks German", async ({ browser }) => {
  const ruth = await Phone.open(browser, "Ruth", "de-CH");
  await ruth.id();
  await expect(ruth.page).toHaveTitle(/Telefon von Ruth/);
  await expect(ruth.page.getByText("Noch keine Nachrichten")).toBeVisible();
  await ruth.close();
});

test("everybody can use it, at every width", async ({ openPhone }) => {
  test.setTimeout(150_000); // eighteen looks of axe
  const ruth = await openPhone("Ruth");
  const marc = await openPhone("Marc");
  await ruth.beginChat(await marc.id());
  await ruth.write(`Guten *Morgen*, ${"und nochmals guten Morgen, ".repeat(8)}${"ohneLeerschlag".repeat(6)}`);
  await marc.openChat(await ruth.id());
  await expect(marc.message("Guten Morgen")).toBeVisible();
  const check = async () => {
    await expectAccessibleOnPhone(marc.page);
    await marc.page.setViewportSize({ width: 1440, height: 900 });
    await expectAccessible(marc.page);
    await marc.page.setViewportSize({ width: 320, height: 700 });
    await expectAccessible(marc.page);
  };
  await check();
  await marc.chats();
  await expect(marc.page.getByRole("link", { name: "My ID" })).toBeInViewport({ ratio: 1 });
  await check();
  await marc.page.getByRole("link", { name: "My ID" }).click();
  await expect(marc.page.getByRole("switch")).toBeVisible();
  await check();
});
