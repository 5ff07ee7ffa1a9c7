import { administrator, expect, expectAccessible, expectAccessibleOnPhone, fanfare, open, test } from "../fixtures";
import type { Page } from "@playwright/test";
import { readFileSync } from "node:fs";

/** An identity of its own, so that other tests do not matter. */
function identity(): { uid: string; threemaId: string } {
  return JSON.parse(fanfare(["identity", "create", "--organisation", administrator.organisation, "--plan", "o15"]));
}

/** The line of a command in the tree. */
const line = (page: Page, word: string) => page.getByRole("treeitem", { name: word });

/** Fills one command: the German texts are the second language of an identity that speaks English. */
async function fill(page: Page, texts: { word: string; german?: string; answer: string; antwort?: string }): Promise<void> {
  await page.getByRole("tab", { name: /English/ }).click();
  await page.getByLabel("Word that leads here").fill(texts.word);
  await page.getByLabel("Answer in English").fill(texts.answer);
  await page.getByRole("tab", { name: /Deutsch/ }).click();
  if (texts.german) await page.getByLabel("Word in Deutsch").fill(texts.german);
  if (texts.antwort) await page.getByLabel("Answer in Deutsch").fill(texts.antwort);
}

/** Adds a command below another one. */
async function addBelow(page: Page, above: string): Promise<void> {
  await line(page, above).click();
  await page.getByRole("button", { name: "Add a command below" }).click();
  await expect(page.getByLabel("Word that leads here")).toBeFocused();
}

/** Writes to the bot in the simulation; the last thing that it says is the answer. */
async function write(page: Page, word: string): Promise<void> {
  await page.getByLabel("Write as a recipient").fill(word);
  await page.getByRole("button", { name: "Send", exact: true }).click();
}

const said = (page: Page) => page.getByRole("log", { name: "Chat" }).locator(".bubble:not(.bubble-out)").last();

async function build(page: Page): Promise<void> {
  // the start is chosen: a welcome in two languages
  await page.getByLabel("Welcome in English").fill("Good day");
  await page.getByLabel("Add a language").selectOption("de");
  await page.getByLabel("Welcome in Deutsch").fill("Guten Tag");
  await addBelow(page, "Start");
  await fill(page, { word: "waste", german: "abfall", answer: "Which zone?", antwort: "Welche Zone?" });
  await addBelow(page, "waste");
  await fill(page, { word: "north", german: "nord", answer: "Zone north", antwort: "Zone Nord" });
  await addBelow(page, "waste");
  await fill(page, { word: "south", german: "süd", answer: "Zone south", antwort: "Zone Süd" });
  await addBelow(page, "south");
  await fill(page, { word: "cardboard", german: "karton", answer: "Wednesday", antwort: "Mittwoch" });
  await expect(page.getByRole("treeitem")).toHaveCount(5);
}

test("a bot of three levels is built, walked in two languages, checked, published, taken out and in", async ({ cockpit: page }) => {
  test.setTimeout(150_000);
  const { uid } = identity();
  await open(page, `/i/${uid}/bots`);
  await expect(page.getByText("No bots yet")).toBeVisible();
  await expectAccessible(page);
  await expectAccessibleOnPhone(page);
  await page.getByRole("button", { name: "New bot" }).first().click();
  await page.locator("dialog[open]").getByLabel("Name", { exact: true }).fill(" Waste ");
  await page.getByRole("button", { name: "Make the bot" }).click();
  await expect(page.getByRole("heading", { name: "Waste", level: 1 })).toBeVisible();

  await build(page);
  await expectAccessible(page);
  await expectAccessibleOnPhone(page);

  // the simulation runs here: nothing is asked of the server, and nothing is published yet
  const calls: string[] = [];
  await expect(page.getByText(/^Saved/)).toBeVisible();
  page.on("request", (request) => calls.push(request.url()));
  await page.getByLabel("Language of the person").selectOption("en");
  await write(page, "WASTE");
  await expect(said(page)).toContainText("Which zone?");
  await expect(said(page)).toContainText("south");
  await write(page, "South");
  await expect(said(page)).toContainText("Zone south");
  await page.getByRole("group", { name: "Words that lead on" }).getByRole("button", { name: "cardboard" }).click();
  await expect(said(page)).toHaveText("Wednesday");
  await expect(page.getByText("Start → waste → south → cardboard")).toBeVisible();
  await write(page, "back");
  await expect(said(page)).toContainText("Zone south");
  await write(page, "what is this");
  await expect(said(page)).toContainText("There is no such word here.");
  await write(page, "menu");
  await expect(said(page)).toContainText("Good day");

  await page.getByRole("button", { name: "Start over" }).click();
  await page.getByLabel("Language of the person").selectOption("de");
  await write(page, "abfall");
  await expect(said(page)).toContainText("Welche Zone?");
  await write(page, "SUED");
  await expect(said(page)).toContainText("Zone Süd");
  await write(page, "Karton");
  await expect(said(page)).toHaveText("Mittwoch");
  await write(page, "Zurück");
  await expect(said(page)).toContainText("Zone Süd");
  await write(page, "Menü");
  await expect(said(page)).toContainText("Guten Tag");
  await write(page, "help");
  await expect(page.getByText("Fanfare answers this word itself")).toBeVisible();
  expect(calls, "the dialogue needs no server").toEqual([]);
  await expectAccessible(page);

  // the check: a word of Fanfare, and one that stands before
  await line(page, "south").click();
  await page.getByLabel("Further words").fill("help");
  await page.getByLabel("Further words").press("Enter");
  await page.getByLabel("Further words").fill("NORTH");
  await page.getByLabel("Further words").press("Enter");
  await page.getByRole("button", { name: "Problems (2)" }).click();
  await expect(page.getByText("“help” is answered by Fanfare itself.")).toBeVisible();
  await expect(page.getByText("“NORTH” leads to north, which stands before this one.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Show south" }).first().click();
  await page.getByRole("button", { name: "Remove help" }).click();
  await page.getByRole("button", { name: "Remove NORTH" }).click();
  await expect(page.getByRole("button", { name: "Problems", exact: true })).toBeVisible();

  // moving: by button, by keyboard, by dragging; deleting can be undone
  await page.getByRole("button", { name: "Move up" }).click();
  await expect(page.getByRole("treeitem").nth(2)).toContainText("south");
  await line(page, "south").focus();
  await page.keyboard.press("Alt+ArrowDown");
  await expect(page.getByRole("treeitem").nth(2)).toContainText("north");
  await expect(line(page, "south")).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(line(page, "north")).toBeFocused();
  await line(page, "cardboard").dragTo(line(page, "north"));
  await expect(line(page, "cardboard")).toHaveAttribute("aria-level", "4");
  await expect(page.getByRole("treeitem").nth(3)).toContainText("cardboard");
  await line(page, "north").click();
  await page.getByRole("button", { name: "Delete north" }).click();
  await expect(page.getByRole("treeitem")).toHaveCount(3);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("treeitem")).toHaveCount(5);

  // published, it stays; what is worked on afterwards does not show to anybody
  await page.getByRole("button", { name: /^Publish \d+ changes$/ }).click();
  await expect(page.getByRole("button", { name: "Everything is published" })).toBeDisabled();
  await line(page, "waste").click();
  await page.getByRole("tab", { name: /English/ }).click();
  // the note that it is saved goes when the page hears of its own change and loads it again
  const saved = page.waitForResponse((answer) => answer.url().endsWith("/rpc/save_bot_draft"));
  await page.getByLabel("Answer in English").fill("Where do you live?");
  await expect(page.getByRole("button", { name: "Publish 1 change" })).toBeEnabled();
  expect((await saved).status()).toBe(200);
  await open(page, page.url());
  await expect(page.getByRole("button", { name: "Publish 1 change" })).toBeEnabled();
  await page.getByRole("button", { name: "Discard changes" }).click();
  await page.getByRole("button", { name: "Discard 1 change" }).click();
  await expect(page.getByRole("button", { name: "Everything is published" })).toBeVisible();

  // statistics are empty, and say so
  await page.getByRole("button", { name: "Statistics" }).click();
  await expect(page.getByText("Nobody has asked yet")).toBeVisible();
  await expectAccessible(page);

  // out as a file, in again
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("Waste.json");
  const json = readFileSync(await file.path(), "utf8");
  expect(JSON.parse(json).format).toBe("fanfare-bot");
  await line(page, "waste").click();
  await page.getByRole("button", { name: "Delete waste", exact: true }).click();
  await expect(page.getByRole("treeitem")).toHaveCount(1);
  await page.getByRole("button", { name: "Import" }).click();
  const dialog = page.locator("dialog[open]");
  const choose = (content: string) =>
    dialog.getByLabel("File of a bot (JSON)").setInputFiles({ name: "bot.json", mimeType: "application/json", buffer: Buffer.from(content) });
  await choose("{}");
  await expect(dialog.getByText("This is not the file of a bot.")).toBeVisible();
  await expectAccessible(page);
  await choose(json);
  await dialog.getByRole("button", { name: "Take over 4 commands" }).click();
  await expect(page.getByRole("treeitem")).toHaveCount(5);
  await expect(page.getByRole("button", { name: "Everything is published" })).toBeVisible();
});

test("two people work on one bot without overwriting each other unseen", async ({ cockpit: page }) => {
  const { uid } = identity();
  await open(page, `/i/${uid}/bots`);
  await page.getByRole("button", { name: "New bot" }).first().click();
  await page.locator("dialog[open]").getByLabel("Name", { exact: true }).fill("Shared");
  await page.getByRole("button", { name: "Make the bot" }).click();
  await expect(page.getByRole("heading", { name: "Shared", level: 1 })).toBeVisible();
  const other = await page.context().newPage();
  await open(other, page.url());

  // what one does shows at the other, who does nothing
  await addBelow(page, "Start");
  await page.getByLabel("Word that leads here").fill("first");
  await expect(line(other, "first")).toBeVisible();

  // both at once: the later one is told, and loads the newest state
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await other.route("**/rpc/save_bot_draft", async (route) => {
    await held;
    await route.continue();
  });
  const trying = other.waitForRequest("**/rpc/save_bot_draft");
  await line(other, "first").click();
  await other.getByLabel("Word that leads here").fill("second");
  await trying;
  await page.getByLabel("Word that leads here").fill("third");
  await page.waitForResponse("**/rpc/save_bot_draft");
  release();
  await expect(other.getByText("Somebody else has changed this bot in the meantime.")).toBeVisible();
  await expectAccessible(other);
  await other.getByRole("button", { name: "Load the newest state" }).click();
  await expect(line(other, "third")).toBeVisible();
  await other.close();
});

test("a phone walks a bot of three levels in English and in German", async ({ cockpit: page, openPhone }) => {
  test.setTimeout(150_000);
  const { uid, threemaId } = identity();
  const key = fanfare(["api-key", "create", "--email", administrator.email, "--name", "Bots"]).trim();
  const post = async (path: string, data: object): Promise<string> => {
    const answer = await page.request.post(`/api/v1/identities/${uid}/bots${path}`, { headers: { "X-Api-Key": key }, data });
    expect(answer.status(), await answer.text()).toBe(201);
    return (await answer.json()).id;
  };
  const bot = await post("", { name: "Waste" });
  const command = (parent: string | null, [word, wort]: [string, string], [en, de]: [string, string]) =>
    post(`/${bot}/commands`, {
      parent,
      command: word,
      words: { de: wort },
      answers: [{ type: "text", body: { en, de } }],
    });
  const waste = await command(null, ["waste", "abfall"], ["Which zone?", "Welche Zone?"]);
  const south = await command(waste, ["south", "süd"], ["Zone south it is", "Also Zone Süd"]);
  await command(south, ["cardboard", "karton"], ["On Wednesday", "Am Mittwoch"]);

  const phone = await openPhone("Ruth");
  await phone.id();
  const asks = async (text: string, answer: string) => {
    await phone.write(text);
    await expect(phone.message(answer).last()).toBeVisible({ timeout: 30_000 });
  };
  await phone.beginChat(threemaId);
  await asks("waste", "This ID only answers internal contacts.");
  await open(page, `/i/${uid}/configuration`);
  await page.getByRole("switch", { name: "Internal only" }).uncheck();
  await expect(page.getByText("Everybody is answered now.")).toBeVisible();

  await asks("help", "You can write this:");
  await expect(phone.message("You can write this:")).toContainText("waste");
  await asks(" WASTE ", "Which zone?");
  await asks("nonsense", "There is no such word here.");
  const chips = phone.page.getByRole("group", { name: "Quick replies" });
  await expect(chips.getByRole("button")).toHaveText(["south", "back", "menu"]);
  await expectAccessible(phone.page);
  await chips.getByRole("button", { name: "south" }).click();
  await expect(phone.message("Zone south it is").last()).toBeVisible({ timeout: 30_000 });
  await asks("cardboard", "On Wednesday");
  await asks("de", "Ab jetzt erhalten Sie deutsche Texte.");
  await asks("abfall", "Welche Zone?");
  await asks("sued", "Also Zone Süd");
  await asks("Karton!", "Am Mittwoch");
});
