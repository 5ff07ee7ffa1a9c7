import { expect, expectAccessible, expectAccessibleOnPhone, hydrated, test } from "../fixtures";

/** From an empty cockpit to the decrypted message on a phone, and back to "read" in the cockpit. */
test("a message leaves the cockpit and arrives, decrypted, on a phone", async ({ cockpit, openPhone }) => {
  test.setTimeout(180_000);
  const phone = await openPhone("Anna");
  const id = await phone.id();

  await cockpit.goto("/identities/new");
  await hydrated(cockpit);
  await cockpit.locator('input[name="nickname"]').fill("Stadt Aarental");
  await cockpit.locator('main form button[type="submit"]').click();
  await expect(cockpit).toHaveURL(/\/i\/[a-z0-9]{10}$/);
  await expect(cockpit.getByRole("heading", { level: 1, name: "Stadt Aarental" })).toBeVisible();
  await expectAccessible(cockpit);
  await expectAccessibleOnPhone(cockpit);
  const home = new URL(cockpit.url()).pathname;
  const threemaId = (await cockpit.locator(".tid").first().textContent())?.trim() ?? "";

  await test.step("the phone's ID goes on a distribution list", async () => {
    await cockpit.goto(`${home}/lists`);
    await hydrated(cockpit);
    await cockpit.getByRole("button", { name: "New list" }).first().click();
    const dialog = cockpit.getByRole("dialog");
    await dialog.locator('input[name="name"]').fill("Neighbourhood");
    await dialog.locator('button[type="submit"]').click();
    await expect(cockpit.getByRole("heading", { level: 1, name: "Neighbourhood" })).toBeVisible();
    await cockpit.getByRole("button", { name: "Add recipients" }).first().click();
    await cockpit.locator('textarea[name="text"]').fill(`3mid:${id.toLowerCase()},`);
    await cockpit.getByRole("dialog").locator('button[type="submit"]:not([disabled])').click();
    await expect(cockpit.getByRole("dialog")).toBeHidden();
    await expect(cockpit.locator("table")).toContainText(id);
    await expectAccessible(cockpit);
    await expectAccessibleOnPhone(cockpit);
  });

  await test.step("a message is written, checked and sent", async () => {
    await cockpit.goto(`${home}/messages/new`);
    await hydrated(cockpit);
    await cockpit.locator("#to").fill("Neigh");
    await cockpit.getByRole("option", { name: /Neighbourhood/ }).click();
    await cockpit.locator("#text").fill("*Flood warning*\nPlease leave the _river bank_ now.");
    await expect(cockpit.locator("#union")).toContainText("1 person");
    await expect(cockpit.getByText(/Draft saved/)).toBeVisible();
    await expectAccessible(cockpit);
    await expectAccessibleOnPhone(cockpit);
    await cockpit.getByRole("button", { name: "Check and send" }).click();
    await cockpit.getByRole("button", { name: "Send to 1 person" }).click();
    await expect(cockpit).toHaveURL(/\/messages\/[a-z0-9]{10}$/);
  });

  await test.step("it arrives on the phone, readable there alone", async () => {
    await phone.openChat(threemaId);
    await expect(phone.message("Flood warning")).toBeVisible({ timeout: 30_000 });
    await expect(phone.message("Flood warning").locator("strong")).toHaveText("Flood warning");
    await expectAccessible(phone.page);
  });

  await test.step("the cockpit shows that it was read, without reloading", async () => {
    await expect(cockpit.locator("table")).toContainText("Read", { timeout: 30_000 });
    await expect(cockpit.locator("table")).toContainText(id);
    await expectAccessible(cockpit);
    await expectAccessibleOnPhone(cockpit);
  });
});
