import type { Page } from "@playwright/test";
import {
  administrator,
  environment,
  expect,
  expectAccessible,
  expectAccessibleOnPhone,
  fanfare,
  open,
  test,
} from "../fixtures";
import { identity, makeGroup, member, second } from "../fixtures/groups";

const say = async (page: Page, text: string) => {
  await page.locator("#say").fill(text);
  await page.locator("#say").press("Enter");
};

test("two administrators run a group with three phones", async ({ browser, cockpit: nora, openPhone }) => {
  test.setTimeout(240_000);
  const [anna, beat, cora] = [await openPhone("Anna"), await openPhone("Beat"), await openPhone("Cora")];
  const ids = [await anna.id(), await beat.id(), await cora.id()];
  const { uid } = identity();
  await open(nora, `/i/${uid}/groups`);
  await expect(nora.getByText("No groups yet")).toBeVisible();
  await expectAccessible(nora);
  await makeGroup(nora, uid, "Krisenstab", ids.slice(0, 2));

  // nobody knows of it before it is synchronised
  await expect(member(nora, ids[0])).toHaveAttribute("data-state", "new");
  await expect(nora.getByText("3 changes are not on the phones yet")).toBeVisible();
  await expectAccessible(nora);
  await nora.getByRole("button", { name: "Synchronise now" }).click();
  await expect(member(nora, ids[0])).toHaveAttribute("data-state", "in-sync", { timeout: 20_000 });
  await anna.openGroup("Krisenstab");
  await expect(anna.page.getByText("3 members")).toBeVisible();

  // what members write is not stored, and reaches the others
  await anna.write("nur unter uns");
  await beat.openGroup("Krisenstab");
  await expect(beat.message("nur unter uns")).toBeVisible();

  // the second administrator comes, and both see each other
  const reto = await second(browser, environment.baseUrl);
  await open(reto, new URL(nora.url()).pathname);
  await expect(nora.getByText("Reto Ammann is here")).toBeVisible();
  await expect(reto.getByText(`${administrator.name} is here`)).toBeVisible();
  await reto.locator("#say").pressSequentially("Lage");
  await expect(nora.getByText("Reto Ammann is typing to the group")).toBeVisible();
  await reto.locator("#say").fill("Lage: *ruhig*");
  await reto.locator("#say").press("Enter");
  for (const page of [nora, reto]) {
    await expect(page.locator(".bubble-out", { hasText: "Lage: ruhig" })).toContainText("2 of 2", { timeout: 20_000 });
  }
  await expect(anna.message("Lage: ruhig").locator("strong")).toHaveText("ruhig");
  await expect(nora.getByText("nur unter uns")).toHaveCount(0);

  // the cloud: on
  await nora.getByRole("switch", { name: "Save chat history" }).check();
  await expect(anna.page.getByRole("heading", { name: "☁️ Krisenstab" })).toBeVisible({ timeout: 20_000 });
  await expect(anna.message("The chat history of this group is saved from now on")).toBeVisible();
  await anna.write("Pegel 4.12 m");
  await expect(nora.locator(".bubble", { hasText: "Pegel 4.12 m" })).toBeVisible({ timeout: 20_000 });
  await expect(nora.locator(".bubble", { hasText: "Pegel 4.12 m" })).toContainText("~Anna");
  await expect(reto.locator(".bubble", { hasText: "Pegel 4.12 m" })).toBeVisible();
  await expectAccessible(nora);
  await expectAccessibleOnPhone(nora);

  // reply, thumb, change, take back
  await nora.locator(".bubble", { hasText: "Pegel 4.12 m" }).getByRole("button", { name: "Reply" }).click();
  await say(nora, "Danke @~Anna");
  await expect(anna.message("Danke")).toContainText(`@${ids[0]}`);
  await expect(anna.message("Danke").locator("blockquote")).toHaveText("Pegel 4.12 m");
  await anna.message("Danke").getByRole("button", { name: "Thumb up" }).click();
  await expect(nora.locator(".bubble-out", { hasText: "Danke" })).toContainText("👍", { timeout: 20_000 });
  await nora.locator(".bubble-out", { hasText: "Lage: ruhig" }).getByRole("button", { name: "Change" }).click();
  await say(nora, "Lage: *angespannt*");
  await expect(beat.message("Lage: angespannt")).toBeVisible({ timeout: 20_000 });
  await nora.locator(".bubble-out", { hasText: "Lage: angespannt" }).getByRole("button", { name: "Take back" }).click();
  await nora.locator("dialog[open]").getByRole("button", { name: "Take back" }).click();
  await expect(beat.message("Lage: angespannt")).toHaveCount(0, { timeout: 20_000 });

  // search and export
  await nora.getByRole("searchbox", { name: "Search the chat" }).fill("pegel");
  await nora.getByRole("searchbox", { name: "Search the chat" }).press("Enter");
  await expect(nora.locator("[data-entry]")).toHaveCount(1);
  await nora.getByRole("button", { name: "To the newest" }).click();
  await expect(nora.locator("[data-entry]")).not.toHaveCount(1);
  const download = nora.waitForEvent("download");
  await nora.getByRole("button", { name: "Export as text" }).click();
  expect((await download).suggestedFilename()).toMatch(/^group-.*\.txt$/);

  // the cloud: off
  await nora.getByRole("switch", { name: "Save chat history" }).uncheck();
  await expect(anna.page.getByRole("heading", { name: "Krisenstab", exact: true })).toBeVisible({ timeout: 20_000 });

  // leave and invite again
  await beat.page.getByRole("button", { name: "Leave the group" }).click();
  await expect(member(nora, ids[1])).toHaveAttribute("data-state", "left", { timeout: 20_000 });
  await expect(nora.getByText("~Beat left the group.")).toBeVisible();
  await expect(anna.page.getByText("2 members")).toBeVisible();
  await member(nora, ids[1]).getByRole("button", { name: /Invite .* again/ }).click();
  await expect(member(nora, ids[1])).toHaveAttribute("data-state", "new");

  // a third member, another name, one removed: staged, then at once
  await nora.getByRole("button", { name: "Add", exact: true }).click();
  await nora.locator("dialog[open]").getByLabel("Members (Threema IDs)").fill(ids[2]);
  await nora.locator("dialog[open]").getByRole("button", { name: "Add" }).click();
  await expect(member(nora, ids[2])).toHaveAttribute("data-state", "new");
  await nora.getByRole("button", { name: "Rename" }).click();
  await nora.locator("dialog[open]").getByLabel("Name", { exact: true }).fill("Einsatz");
  await nora.locator("dialog[open]").getByRole("button", { name: "Save" }).click();
  await member(nora, ids[0]).getByRole("button", { name: /^Remove/ }).click();
  await expect(nora.getByText("4 changes are not on the phones yet")).toBeVisible();
  await expectAccessible(nora);
  await expect(anna.page.getByRole("heading", { name: "Krisenstab", exact: true })).toBeVisible();
  await reto.getByRole("button", { name: "Synchronise now" }).click();
  await cora.openGroup("Einsatz");
  await expect(beat.page.getByRole("heading", { name: "Einsatz" })).toBeVisible({ timeout: 20_000 });
  await expect(anna.page.getByText("You are not in this group any more.").last()).toBeVisible();
  await expect(member(nora, ids[0])).toHaveCount(0);

  // all of the chat goes, and both pages show that without being loaded anew
  await nora.getByRole("button", { name: "Erase the chat" }).click();
  await nora.locator("dialog[open]").getByRole("button", { name: "Erase the chat" }).click();
  await expect(nora.getByText(/entries are erased$/)).toBeVisible();
  for (const page of [nora, reto]) await expect(page.locator("[data-entry]")).toHaveCount(0);

  // the end
  await nora.getByRole("button", { name: "Dissolve the group" }).click();
  await nora.locator("dialog[open]").getByRole("button", { name: "Dissolve the group" }).click();
  await expect(nora.getByText("This group is dissolved.")).toBeVisible();
  await expect(cora.page.getByText("You are not in this group any more.").last()).toBeVisible({ timeout: 20_000 });
  await open(nora, `/i/${uid}/groups?filter=deleted`);
  await expect(nora.getByRole("link", { name: "Einsatz" })).toBeVisible();
});

test("a client of the REST API posts into a group, and the page shows it at once", async ({ cockpit: page, openPhone }) => {
  test.setTimeout(90_000);
  const phone = await openPhone("Dora");
  const { uid } = identity();
  const key = fanfare(["api-key", "create", "--email", administrator.email, "--name", "groups"]);
  const call = (method: string, path: string, body?: unknown) =>
    fetch(`${environment.baseUrl}/api/v1/identities/${uid}/groups${path}`, {
      method,
      headers: { "x-api-key": key },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  const made = await call("POST", "", { name: "By a machine", members: [await phone.id()], saveChatHistory: false });
  expect(made.status).toBe(201);
  const { id } = (await made.json()) as { id: string };
  expect((await call("POST", `/${id}/sync`)).status).toBe(204);
  await phone.openGroup("By a machine");
  await open(page, `/i/${uid}/groups/${id}`);
  const sent = await call("POST", `/${id}/chat`, { type: "text", body: "Hallo\n\n🕒 中 2026-11-22" });
  expect(sent.status).toBe(201);
  await expect(page.locator(".bubble-out", { hasText: "Hallo" })).toBeVisible();
  await expect(phone.message("🕒 中 2026-11-22")).toBeVisible({ timeout: 20_000 });
  expect((await call("DELETE", `/${id}`)).status).toBe(204);
  const listed = (await (await call("GET", "?pageSize=0&states=active")).json()) as { groups: unknown[] };
  expect(listed.groups).toHaveLength(0);
});

test("a group is full with 256 people", async ({ cockpit: page, gateway }) => {
  test.setTimeout(90_000);
  const { uid } = identity("o500");
  const many = await gateway.createRecipients(256, "a full group");
  await makeGroup(page, uid, "Voll", many.slice(0, 255));
  await expect(page.getByText("256 of 256")).toBeVisible();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.locator("dialog[open]").getByLabel("Members (Threema IDs)").fill(many[255]);
  await page.locator("dialog[open]").getByRole("button", { name: "Add" }).click();
  await expect(page.locator("dialog[open]").getByText(/at most 256 people/)).toBeVisible();
});
