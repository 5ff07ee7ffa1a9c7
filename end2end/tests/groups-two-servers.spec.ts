import { administrator, environment, expect, open, test } from "../fixtures";
import { identity, makeGroup, member, second } from "../fixtures/groups";

/** Cookies know no ports: each administrator has a browser of their own. */
test("what is done at one server is seen at the other at once", async ({ browser, cockpit: nora, openPhone }) => {
  test.setTimeout(180_000);
  const [anna, beat] = [await openPhone("Two Anna"), await openPhone("Two Beat")];
  const ids = [await anna.id(), await beat.id()];
  const { uid } = identity();
  await makeGroup(nora, uid, "Doppelt", ids.slice(0, 1));
  await nora.getByRole("button", { name: "Synchronise now" }).click();
  await expect(member(nora, ids[0])).toHaveAttribute("data-state", "in-sync", { timeout: 20_000 });
  await anna.openGroup("Doppelt");

  const reto = await second(browser, environment.secondUrl);
  await open(reto, new URL(nora.url()).pathname);
  expect(new URL(reto.url()).origin).toBe(environment.secondUrl);
  expect(new URL(nora.url()).origin).toBe(environment.baseUrl);
  // a mark that is gone once a page is loaded anew
  for (const page of [nora, reto]) await page.evaluate(() => document.body.setAttribute("data-mark", ""));

  await test.step("both see that the other is there, and writes", async () => {
    await expect(nora.getByText("Reto Ammann is here")).toBeVisible();
    await expect(reto.getByText(`${administrator.name} is here`)).toBeVisible();
    await reto.locator("#say").pressSequentially("Ich");
    await expect(nora.getByText("Reto Ammann is typing to the group")).toBeVisible();
    await reto.locator("#say").fill("");
  });

  await test.step("texts of each are shown at the other, and arrive once", async () => {
    for (const [from, text] of [
      [nora, "Vom ersten Server"],
      [reto, "Vom zweiten Server"],
    ] as const) {
      await from.locator("#say").fill(text);
      await from.locator("#say").press("Enter");
      for (const page of [nora, reto]) {
        await expect(page.locator(".bubble-out", { hasText: text })).toContainText("1 of 1", { timeout: 20_000 });
      }
      await expect(anna.message(text)).toHaveCount(1, { timeout: 20_000 });
    }
  });

  await test.step("members that one changes, the other sees", async () => {
    await reto.getByRole("button", { name: "Add", exact: true }).click();
    await reto.locator("dialog[open]").getByLabel("Members (Threema IDs)").fill(ids[1]);
    await reto.locator("dialog[open]").getByRole("button", { name: "Add" }).click();
    await expect(member(nora, ids[1])).toHaveAttribute("data-state", "new");
    await reto.getByRole("button", { name: "Synchronise now" }).click();
    await expect(member(nora, ids[1])).toHaveAttribute("data-state", "in-sync", { timeout: 20_000 });
    await beat.openGroup("Doppelt");
    await beat.page.getByRole("button", { name: "Leave the group" }).click();
    for (const page of [nora, reto]) {
      await expect(member(page, ids[1])).toHaveAttribute("data-state", "left", { timeout: 20_000 });
    }
  });

  for (const page of [nora, reto]) expect(await page.locator("body[data-mark]").count(), "not loaded anew").toBe(1);
  await test.step("who goes is gone", async () => {
    await reto.getByRole("link", { name: "Groups" }).first().click();
    await expect(nora.getByText("Reto Ammann is here")).toBeHidden();
  });
});
