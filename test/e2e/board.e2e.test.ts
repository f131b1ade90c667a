import type { Page, Request } from "playwright";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LocalAutoScaling } from "../../runtime/local/autoscaling/local-autoscaling.ts";
import { LocalCloudWatch } from "../../runtime/local/cloudwatch/local-cloudwatch.ts";
import { operate } from "../../runtime/local/run/operate.ts";
import { startLocalPostgres, type LocalPostgres } from "../../runtime/local/stores/local-postgres.ts";
import { Database } from "../../runtime/pipelines/jobs/database.ts";
import { migrate } from "../../runtime/pipelines/jobs/migrations.ts";
import { jsonPost, SystemRig } from "../integration/systems/system-rig.ts";
import { quickFleet } from "../support/quick-fleet.ts";
import { TestMachines } from "../support/served-group-world.ts";
import type { WorkerProcess } from "../support/worker-process.ts";
import { PATIENCE, tabTo, violations, visits } from "./visit.ts";

/** The board as a person uses it, on the jobs API with its database, its queue, a worker and a group whose limits move. */

const TOKEN = "the-administrators-token";
const GROUP = "workers";

const { blank } = visits();

let server: LocalPostgres;
let database: Database;
let autoScaling: LocalAutoScaling;
let rig: SystemRig;
let environment: Record<string, string>;
let api: WorkerProcess;
let port: string;
let boardUrl: string;

beforeAll(async () => {
  const cloudWatch: LocalCloudWatch = new LocalCloudWatch({ groupFigures: () => autoScaling.figures() });
  autoScaling = new LocalAutoScaling({ machines: new TestMachines(), metrics: cloudWatch, scenario: quickFleet() });
  [server, rig] = await Promise.all([startLocalPostgres("jobs"), SystemRig.start({ services: [autoScaling.service] })]);
  database = new Database({
    ...server,
    password: { value: server.password, renewed: () => Promise.resolve(false) },
    tls: "off",
    broke: () => undefined,
  });
  await migrate(database);
  autoScaling.makeGroup({
    name: GROUP,
    min: 1,
    max: 4,
    initial: 1,
    zoneNames: ["us-east-1a"],
    opaque: {},
    defaultCooldownMs: 0,
    defaultWarmUpMs: undefined,
    protectsNewInstances: false,
  });
  await rig.setParameter("/board/token", TOKEN);
  environment = {
    QUEUE_URL: await rig.queue("board"),
    DATABASE_HOST: server.host,
    DATABASE_PORT: String(server.port),
    DATABASE_NAME: server.database,
    DATABASE_USER: server.user,
    DATABASE_PASSWORD: server.password,
    DATABASE_TLS: "off",
    ADMIN_TOKEN_PARAMETER: "/board/token",
    AUTO_SCALING_GROUP_NAME: GROUP,
    JOB_SHORTEST_SEC: "0",
    JOB_LONGEST_SEC: "0",
  };
  api = rig.api("jobs", environment);
  const { port: taken, page } = await api.says("listening");
  port = String(taken);
  boardUrl = `http://127.0.0.1:${port}${String(page)}`;
  rig.worker("jobs", { ...environment, SLOTS: "8" });
});

afterAll(async () => {
  await rig.stop();
  autoScaling.stop();
  await database.close();
  await server.stop();
});

/** Each test begins with no job, the limits of the beginning, and an API: one that stops it may break off before it has started it again. */
beforeEach(async () => {
  if (api.child.exitCode !== null) startAgain();
  for (const table of ["outbox", "jobs"]) await database.query(`DELETE FROM ${table}`);
  await operate(autoScaling.service, "UpdateAutoScalingGroup", { AutoScalingGroupName: GROUP, MinSize: "1", MaxSize: "4" });
});

async function submit(...names: string[]): Promise<void> {
  for (const name of names) await api.page("submit-job", jsonPost({ name }));
}

/** At the address that pages which are open know. */
function startAgain(): void {
  api = rig.api("jobs", { ...environment, PORT: port });
}

/** The board with what it has read, and what it has asked for. */
async function board(options: Parameters<typeof blank>[0] = {}) {
  const page = await blank(options);
  const asked: Request[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => asked.push(request));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(boardUrl);
  await isRead(page);
  return { page, asked, complaints };
}

const isRead = (page: Page) => page.waitForSelector('[data-state="read"]', PATIENCE);
const card = async (page: Page, status: string) => Number(await page.locator(`[data-card="${status}"] dd`).textContent());
const row = (page: Page, name: string) => page.getByRole("row", { name: new RegExp(`^${name} `) });
const names = (page: Page) => page.locator(".job-name").allTextContents();

describe("the board", () => {
  it("is served by its API, under rules of its own, compressed, and with nothing else of the built pages", async () => {
    const get = (path: string) => fetch(new URL(path, boardUrl));
    const page = await get("/board.html");
    expect(page.headers.get("Content-Security-Policy")).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /);
    expect(page.headers.get("Cache-Control")).toBe("no-cache");
    const [, script = ""] = /src="\.(\/board\/[^"]+\.js)"/.exec(await page.text()) ?? [];
    const { headers } = await get(script);
    expect([headers.get("Content-Encoding"), headers.get("Cache-Control")]).toEqual(["gzip", "public, max-age=31536000, immutable"]);
    for (const path of ["/", "/index.html", "/service-worker.js", "/board/../index.html", "/board/%2e%2e/index.html"]) {
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    }
  });

  it("hands in jobs, shows them until they have ended well or badly, and counts them", async () => {
    const { page, asked, complaints } = await board();
    await page.getByText("No job has been handed in yet.").waitFor(PATIENCE);
    await page.getByLabel("Name").fill("monthly report");
    await page.getByLabel("Duration, s").fill("0.5");
    await page.getByRole("button", { name: "Submit job" }).click();
    await page.getByText("“monthly report” is saved.").waitFor(PATIENCE);
    await row(page, "monthly report").waitFor(PATIENCE);
    expect(await page.getByLabel("Name").inputValue()).toBe("");

    await page.getByLabel("Name").fill("yearly report");
    await page.getByLabel("It fails in the end").check();
    await page.getByLabel("Name").press("Enter");
    await expect.poll(() => row(page, "yearly report").textContent()).toContain("Failed");
    await expect.poll(() => row(page, "monthly report").textContent()).toContain("Completed");
    expect(await names(page)).toEqual(["yearly report", "monthly report"]);
    expect([await card(page, "COMPLETED"), await card(page, "FAILED"), await card(page, "SUBMITTED")]).toEqual([1, 1, 0]);
    await expect.poll(() => page.locator(".read-line").textContent()).toMatch(/^Read at \d\d:\d\d:\d\d, every 5 s$/);

    await page.getByRole("button", { name: "Show it" }).click();
    const details = page.getByRole("dialog", { name: "yearly report" });
    await expect.poll(() => details.textContent()).toContain("Why it failedThe job was asked to fail.");
    expect(await details.textContent()).toMatch(/Attempts1Id[0-9a-f-]{36}/);
    await page.keyboard.press("Escape");
    await expect.poll(() => details.count()).toBe(0);

    expect([...new Set(asked.map((request) => new URL(request.url()).origin))]).toEqual([new URL(boardUrl).origin]);
    expect(complaints).toEqual([]);
  });

  it("tells all that is wrong with a job at its fields, keeps what was typed, and says it to who cannot see it", async () => {
    const { page } = await board();
    await page.getByLabel("Duration, s").fill("soon");
    await page.getByRole("button", { name: "Submit job" }).click();
    await page.getByText("Nothing was handed in. Mend what is marked, and send it again.").waitFor(PATIENCE);
    const described = (label: string) =>
      page.getByLabel(label).evaluate((input) =>
        String(input.getAttribute("aria-describedby"))
          .split(" ")
          .map((id) => document.getElementById(id)?.textContent)
          .join(" "),
      );
    expect(await described("Name")).toContain("Has to be at least 1 characters long.");
    expect(await described("Duration, s")).toContain("Has to be a number.");
    expect(await page.getByLabel("Duration, s").inputValue()).toBe("soon");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("name");
    expect(await violations(page)).toEqual([]);

    await page.getByLabel("Name").fill("x".repeat(201));
    await page.getByLabel("Duration, s").fill("39601");
    await page.getByRole("button", { name: "Submit job" }).click();
    await page.getByText("Has to be at most 200 characters long.").waitFor(PATIENCE);
    await page.getByText("Has to be at most 39600.").waitFor(PATIENCE);
  });

  it("shows older jobs page after page, each once, the newest first", async () => {
    await submit(...Array.from({ length: 45 }, (_, index) => `report ${String(index + 1).padStart(2, "0")}`));
    const { page } = await board();
    expect(await names(page)).toHaveLength(20);
    expect((await names(page))[0]).toBe("report 45");
    const older = page.getByRole("button", { name: "Older jobs" });
    await older.click();
    await expect.poll(async () => (await names(page)).length).toBe(40);
    await older.click();
    await expect.poll(async () => (await names(page)).length).toBe(45);
    await expect.poll(() => older.count()).toBe(0);
    const shown = await names(page);
    expect(shown).toEqual(shown.toSorted().toReversed());
    await expect.poll(() => page.locator(".jobs .count").textContent()).toBe("45 of 45");
  });

  it("moves the limits of the real fleet for who has the token, and keeps that nowhere", async () => {
    const { page } = await board();
    await page.getByText("Limits of the fleet").click();
    const move = page.getByRole("button", { name: "Move the limits" });
    const limits = () => {
      const { min, max } = autoScaling.group(GROUP).fleet;
      return [min, max];
    };
    await page.getByLabel("Minimum, workers").fill("5");
    await page.getByLabel("Maximum, workers").fill("3");
    await move.click();
    await page.getByText("Has to be the administrators' token").waitFor(PATIENCE);
    await page.getByLabel("Administrators' token").fill("wrong");
    await move.click();
    await page.getByText("Has to be the token that holds now; this one does not.").waitFor(PATIENCE);
    await page.getByLabel("Administrators' token").fill(TOKEN);
    await move.click();
    await page.getByText("Has to be at least the minimum.").waitFor(PATIENCE);
    expect(limits()).toEqual([1, 4]);
    await page.getByLabel("Maximum, workers").fill("8");
    await page.getByLabel("Minimum, workers").fill("2");
    await move.click();
    await page.getByText("The limits are 2 to 8 workers; they were 1 to 4.").waitFor(PATIENCE);
    expect(limits()).toEqual([2, 8]);
    expect(await violations(page)).toEqual([]);
    const kept = await page.evaluate(() =>
      JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), location.href, document.cookie]),
    );
    expect(kept).not.toContain(TOKEN);
    await page.reload();
    await isRead(page);
    await page.getByText("Limits of the fleet").click();
    expect(await page.getByLabel("Administrators' token").inputValue()).toBe("");
  });

  it.each([
    { width: 1280, height: 800, colorScheme: "light" },
    { width: 1280, height: 800, colorScheme: "dark" },
    { width: 360, height: 740, colorScheme: "light" },
    { width: 360, height: 740, colorScheme: "dark" },
  ] as const)("fits $width px, and everybody can use it, in $colorScheme", async ({ width, height, colorScheme }) => {
    await submit("report", "x".repeat(200));
    const { page } = await board({ viewport: { width, height }, colorScheme, hasTouch: width === 360 });
    await page.getByText("Limits of the fleet").click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await violations(page)).toEqual([]);
    await tabTo(page, ".job-name");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor(PATIENCE);
    expect(await violations(page)).toEqual([]);
  });

  it("asks nothing while nobody sees it, and at once when somebody does", async () => {
    const page = await blank();
    await page.clock.install();
    let asked = 0;
    page.on("request", (request) => (asked += request.url().includes("/jobs?") ? 1 : 0));
    await page.goto(boardUrl);
    await isRead(page);
    const isHidden = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, "hidden", { configurable: true, value });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    await page.clock.runFor(5000);
    await expect.poll(() => asked).toBe(2);
    await isHidden(true);
    await page.clock.runFor(60_000);
    // Whatever it had asked before would be seen by now.
    await page.evaluate(() => fetch("./health"));
    expect(asked).toBe(2);
    await isHidden(false);
    await expect.poll(() => asked).toBe(3);
  });

  it("says that the API does not answer, keeps what is there, goes on asking, and goes on when it is back", async () => {
    await submit("report");
    const { page } = await board();
    const before = await names(page);
    expect(before).toEqual(["report"]);
    await page.getByLabel("Name").fill("later");
    api.kill("SIGTERM");
    await api.exited;
    await page.getByText("The API does not answer.").waitFor(PATIENCE);
    await expect
      .poll(() => page.getByRole("alert").textContent())
      .toMatch(/What is shown was read at \d\d:\d\d:\d\d\. It is asked again every 5 s\.$/);
    expect(await names(page)).toEqual(before);
    await page.getByRole("button", { name: "Submit job" }).click();
    await page.getByText("Whether the job was saved is not known").waitFor(PATIENCE);
    expect(await page.getByLabel("Name").inputValue()).toBe("later");
    expect(await violations(page)).toEqual([]);

    startAgain();
    await isRead(page);
    expect(await page.locator(".trouble").count()).toBe(0);
    await page.getByRole("button", { name: "Submit job" }).click();
    await row(page, "later").waitFor(PATIENCE);
  });
});
