import type { Page } from "@playwright/test";
import { administrator, environment, expect, expectAccessible, expectAccessibleOnPhone, fanfare, open, test } from "../fixtures";

/** Calls a server function as the signed-in page would. */
async function call<T>(page: Page, name: string, data: unknown): Promise<T> {
  const origin = new URL(environment.baseUrl).origin;
  const answer = await page.request.post(`/rpc/${name}`, { data, headers: { origin } });
  expect(answer.ok(), `${name}: ${await answer.text()}`).toBeTruthy();
  return answer.json();
}

/** An identity with two lists that share some people: 30 and 20, 40 in all. */
async function prepare(page: Page, recipients: string[]): Promise<string> {
  const made = fanfare(["identity", "create", "--organisation", administrator.organisation, "--nickname", "Aarental"]);
  const identity = JSON.parse(made).uid;
  for (const [name, ids] of [
    ["Stadtnews", recipients.slice(0, 30)],
    ["Verkehr", recipients.slice(20, 40)],
  ] as const) {
    const list = await call<{ uid: string }>(page, "make_list", { identity, input: { name } });
    await call(page, "add_pasted_ids", { identity, list: list.uid, text: ids.join(" ") });
  }
  return identity;
}

async function choose(page: Page, name: string): Promise<void> {
  await page.locator("#to").fill(name);
  await page.getByRole("option", { name: new RegExp(name) }).click();
}

test("a message is written, kept, checked, taken back, sent and followed", async ({ cockpit, gateway }) => {
  const identity = await prepare(cockpit, await gateway.createRecipients(40, "messages"));
  await open(cockpit, `/i/${identity}/messages`);
  await expect(cockpit.getByRole("heading", { name: "No messages yet" })).toBeVisible();

  await open(cockpit, `/i/${identity}/messages/new`);
  await cockpit.getByRole("button", { name: "Check and send" }).click();
  await expect(cockpit.getByText("Please choose at least one list or feed.")).toBeVisible();
  await choose(cockpit, "Stadtnews");
  await choose(cockpit, "Verkehr");
  await expect(cockpit.getByText("40 people").first()).toBeVisible();
  await expect(cockpit.getByText("10 named more than once")).toBeVisible();

  const text = cockpit.getByLabel("Message in English");
  await cockpit.getByRole("button", { name: "Check and send" }).click();
  await expect(cockpit.getByText("Please write the text in the default language.")).toBeVisible();
  await text.fill("x".repeat(3_501));
  await expect(cockpit.getByText("too long")).toBeVisible();
  await text.fill("Flood: level 3\nStay away.");
  await text.evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(0, 5));
  await text.press("Control+b");
  await expect(text).toHaveValue("*Flood*: level 3\nStay away.");
  await expect(cockpit.locator(".bubble strong")).toHaveText("Flood");
  await expectAccessible(cockpit);
  await expectAccessibleOnPhone(cockpit);

  await expect(cockpit).toHaveURL(/draft=[a-z0-9]{10}/);
  await text.press("Control+End");
  await text.pressSequentially(" Now!");
  await cockpit.goto("about:blank"); // sooner than the draft is saved by itself
  await cockpit.goBack();
  // the browser finishes saving by itself; the page may be back before
  await expect(async () => {
    await cockpit.reload();
    await expect(text).toHaveValue(/Now!$/, { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  await cockpit.locator("body[data-hydrated]").waitFor({ state: "attached" });

  await cockpit.getByRole("button", { name: "Check and send" }).click();
  const check = cockpit.getByRole("dialog");
  await expect(check.getByRole("heading")).toHaveText(/Send to 40.people\?/);
  await expectAccessible(cockpit);
  await check.getByRole("button", { name: /^Send to 40.people/ }).click();
  await cockpit.getByRole("button", { name: "Undo" }).click();
  await expect(cockpit).toHaveURL(/new\?draft=/);
  await expect(cockpit.getByLabel("Message in English")).toHaveValue(/Now!$/);

  await cockpit.getByRole("button", { name: "Check and send" }).click();
  await cockpit.getByRole("dialog").getByRole("button", { name: /^Send to/ }).click();
  await expect(cockpit.locator(".chip")).toHaveText("Sent", { timeout: 30_000 });
  await expect(cockpit.locator(".figure-lg")).toHaveText(/100.%/);
  await expect(cockpit.getByRole("row")).toHaveCount(26);
  await expectAccessible(cockpit);
  await expectAccessibleOnPhone(cockpit);

  await open(cockpit, `/i/${identity}/messages`);
  await expect(cockpit.getByRole("link", { name: /Flood.*level 3/ })).toBeVisible();
  await expectAccessible(cockpit);
});

test("those who failed get it once more, and each of them once", async ({ cockpit, gateway }) => {
  test.setTimeout(120_000);
  const identity = await prepare(cockpit, await gateway.createRecipients(40, "failed"));
  const through = () => expect(cockpit.locator(".chip")).toHaveText("Sent", { timeout: 30_000 });
  const failed = cockpit.getByRole("region", { name: /^\d+ failed$/ });
  await gateway.faults({ itemErrorRate: 0.5, itemErrorCode: 413, seed: 3 });
  try {
    await open(cockpit, `/i/${identity}/messages/new`);
    await choose(cockpit, "Stadtnews");
    await cockpit.getByLabel("Message in English").fill("The bridge is closed.");
    await cockpit.getByRole("button", { name: "Check and send" }).click();
    await cockpit.getByRole("dialog").getByRole("button", { name: /^Send to/ }).click();
    await through();
    await expect(failed).toBeVisible();
  } finally {
    await gateway.faults();
  }
  const count = Number.parseInt(await failed.getByRole("heading").innerText(), 10);
  expect(count).toBeGreaterThan(0);
  expect(count).toBeLessThan(30);
  await expectAccessible(cockpit);
  await expectAccessibleOnPhone(cockpit);
  const first = cockpit.url();
  await failed.getByRole("button", { name: `Send to the ${count}`, exact: true }).click();
  await expect(cockpit).not.toHaveURL(first);
  await through();
  await expect(cockpit.locator(".figure-lg")).toHaveText(/100.%/);
  await expect(failed).toHaveCount(0);
  await open(cockpit, new URL(first).pathname);
  await expect(failed).toBeVisible();
  await expect(failed.getByRole("button")).toHaveCount(0);
});
