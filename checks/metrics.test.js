/** Alerts come when they should, and every panel of the dashboard has data when the real Prometheus asks the real server. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { folder, freePort, programs, read, root, run, start, startServer } from "./programs.js";
import { Talker } from "./talker.js";

const dashboard = JSON.parse(read("deploy/grafana/chinwag.json"));
const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, expr: expr.replaceAll("$__rate_interval", "10s") })),
);
const alerts = read("deploy/prometheus/alerts.yml");
const operations = read("docs/operations.md");

/** The real Prometheus, which asks the server on this port so often; resolves to the URL of its API. */
async function watch(t, server, interval) {
  const [path, port] = [folder(t), await freePort()];
  const config = read("deploy/prometheus/prometheus.yml")
    .replace("127.0.0.1:5000", `127.0.0.1:${server}`)
    .replace(
      "scrape_interval: 15s",
      `scrape_interval: ${interval}\n    scrape_timeout: ${interval}`,
    );
  writeFileSync(join(path, "prometheus.yml"), config);
  writeFileSync(join(path, "alerts.yml"), alerts);
  const flags = [
    `--config.file=${path}/prometheus.yml`,
    `--storage.tsdb.path=${path}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  await start(t, programs.prometheus, flags, /Server is ready to receive web requests/);
  return `http://127.0.0.1:${port}/api/v1`;
}

/** Whether a query has an answer that is a number, at a moment or anywhere in a range. */
async function hasData(url, parameters) {
  const answer = await fetch(`${url}?${new URLSearchParams(parameters)}`);
  const { status, data, error } = await answer.json();
  assert.equal(status, "success", `${parameters.query}: ${error}`);
  return data.result.some(({ value, values = [value] }) =>
    values.some(([, number]) => number !== "NaN"),
  );
}

test("the alerts are valid, and come when they should", () => {
  run(programs.promtool, ["check", "rules", "deploy/prometheus/alerts.yml"]);
  run(programs.promtool, ["test", "rules", "alerts.test.yml"], {
    cwd: join(root, "deploy/prometheus"),
  });
  run(programs.promtool, ["check", "config", "deploy/prometheus/prometheus.yml"]);
});

test("each alert has its heading in docs/operations.md, and each heading there its alert", () => {
  const named = [...alerts.matchAll(/alert: (\w+)/g)].map(([, name]) => name);
  const linked = [...alerts.matchAll(/runbook_url: docs\/operations\.md#(\w+)/g)].map(
    ([, anchor]) => anchor,
  );
  const headings = [...operations.matchAll(/^### (Chinwag\w+)$/gm)].map(([, name]) => name);
  assert.deepEqual(headings, named);
  assert.deepEqual(
    linked,
    named.map((name) => name.toLowerCase()),
  );
});

test("every panel has data, every metric is documented, and every documented one is there", async (t) => {
  const server = await startServer(t, { MESSAGE_RATE: "0" });
  const prometheus = await watch(t, server, "1s");
  const [ada, bob] = [new Talker(server), new Talker(server)];
  const { accessKey } = await ada.signIn("Ada");
  await bob.signIn("Bob");
  // Load runs until every query has an answer; a query that never has one ends the test by its time limit.
  const waiting = new Set(queries);
  while (waiting.size > 0) {
    await ada.say("something to count");
    bob.send("dance", {});
    await bob.next("error");
    for (const query of waiting)
      if (await hasData(`${prometheus}/query`, { query: query.expr })) waiting.delete(query);
  }
  assert.ok(queries.length >= 20);

  const metrics = await (await fetch(`http://127.0.0.1:${server}/metrics`)).text();
  const told = new Set([...metrics.matchAll(/^# TYPE (chinwag_\w+)/gm)].map(([, name]) => name));
  const documented = new Set([...operations.matchAll(/`(chinwag_\w+)`/g)].map(([, name]) => name));
  assert.deepEqual([...documented].sort(), [...told].sort());
  const used = [
    ...JSON.stringify(dashboard).matchAll(/chinwag_\w+/g),
    ...alerts.matchAll(/chinwag_\w+/g),
  ];
  for (const [name] of used) assert.ok(told.has(name.replace(/_bucket$/, "")), name);
  assert.ok(!metrics.includes(accessKey) && !metrics.includes("Ada"));
  await ada.leave();
  await bob.leave();
});

/** Asks for what there is not, again and again, as soon as a server is there: a bench is refused nothing. */
async function beRefused(port, isOver) {
  while (!isOver()) {
    const talker = new Talker(port);
    const refused = async () => {
      await talker.next("ready");
      talker.send("dance", {});
      await talker.next("error");
      await talker.leave();
    };
    const gone = once(talker.socket, "close");
    // No server is there between two of them, or it ends meanwhile.
    const passedOver = () => {};
    await Promise.race([refused().catch(passedOver), gone.catch(passedOver)]);
  }
}

for (const [store, scenario] of [
  ["the embedded store", ["bench", "--quick", "--only", "Open loop"]],
  ["Redis", ["pairs", "--pairs", "20", "--seconds", "3", "--redis", "spawn"]],
]) {
  test(`every panel has data while ${store} is measured`, async (t) => {
    const port = await freePort();
    const prometheus = await watch(t, port, "250ms");
    // It asks for the first time some seconds after it says that it is ready.
    while (!(await hasData(`${prometheus}/query`, { query: 'up{job="chinwag"}' })));
    const began = Date.now() / 1000;
    const load = spawn(programs.chinwagLoad, [...scenario, "--address", `127.0.0.1:${port}`]);
    const said = [];
    for (const stream of [load.stdout, load.stderr]) stream.on("data", (data) => said.push(data));
    let isOver = false;
    const ended = once(load, "exit").finally(() => {
      isOver = true;
    });
    await beRefused(port, () => isOver);
    const [code] = await ended;
    assert.equal(code, 0, said.join(""));
    const range = { start: began, end: Date.now() / 1000, step: 0.25 };
    for (const { title, expr } of queries) {
      const found = await hasData(`${prometheus}/query_range`, { query: expr, ...range });
      assert.ok(found, `${title}: ${expr}\n${said.join("")}`);
    }
  });
}
