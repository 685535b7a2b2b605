/** Alerts come when they should, and every panel of the dashboard has data when the real Prometheus asks the real server. */
import assert from "node:assert/strict";
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
  const [path, port] = [folder(t), await freePort()];
  const config = read("deploy/prometheus/prometheus.yml")
    .replace("127.0.0.1:5000", `127.0.0.1:${server}`)
    .replace("scrape_interval: 15s", "scrape_interval: 1s\n    scrape_timeout: 1s");
  writeFileSync(join(path, "prometheus.yml"), config);
  writeFileSync(join(path, "alerts.yml"), alerts);
  const flags = [
    `--config.file=${path}/prometheus.yml`,
    `--storage.tsdb.path=${path}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  await start(t, programs.prometheus, flags, /Server is ready to receive web requests/);

  const [ada, bob] = [new Talker(server), new Talker(server)];
  const { accessKey } = await ada.signIn("Ada");
  await bob.signIn("Bob");
  const ask = async (query) => {
    const answer = await fetch(
      `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`,
    );
    const { status, data, error } = await answer.json();
    assert.equal(status, "success", `${query}: ${error}`);
    return data.result.filter(({ value }) => value[1] !== "NaN");
  };
  // Load runs until every query has an answer; a query that never has one ends the test by its time limit.
  const waiting = new Set(queries);
  while (waiting.size > 0) {
    await ada.say("something to count");
    bob.send("dance", {});
    await bob.next("error");
    for (const query of waiting) if ((await ask(query.expr)).length > 0) waiting.delete(query);
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
