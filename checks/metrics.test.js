/** Alerts come when they should, and every panel of the dashboard has data when the real Prometheus asks the real server. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { containers, manifest } from "./manifests.js";
import {
  folder,
  freePort,
  makeCertificate,
  programs,
  read,
  root,
  run,
  start,
  startRedis,
  startServerWithMetrics,
} from "./programs.js";
import { Talker } from "./talker.js";

const dashboard = JSON.parse(read("deploy/grafana/chinwag.json"));
const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, expr: expr.replaceAll("$__rate_interval", "10s") })),
);
/** Whether a server on this store, with or without TLS, has what the query asks for. */
const isOf = (store, tls) => (query) =>
  (store === "redis" || !query.expr.includes("chinwag_redis_")) &&
  (store === "embedded" || !query.expr.includes("chinwag_disk_")) &&
  (tls || !query.expr.includes("chinwag_certificate_"));
const alerts = read("deploy/prometheus/alerts.yml");
const operations = read("docs/operations.md");
const underscored = (name) => name.replace(/\W/g, "_");

/** The real Prometheus, which scrapes this port at this interval; resolves to the URL of its API. */
function watch(t, metrics, interval) {
  const pace = `scrape_interval: ${interval}\n    scrape_timeout: ${interval}`;
  const config = read("deploy/prometheus/prometheus.yml")
    .replaceAll("127.0.0.1:9464", `127.0.0.1:${metrics}`)
    .replace("scrape_interval: 15s", pace);
  return startPrometheus(t, config);
}

/** The real Prometheus with this configuration; resolves to the URL of its API. */
async function startPrometheus(t, config) {
  const [path, port] = [folder(t), await freePort()];
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

test("in Kubernetes, Prometheus scrapes the metrics' port of each node and no other", async (t) => {
  const [{ spec }] = manifest("chinwag");
  const { labels } = spec.template.metadata;
  // What Prometheus reads from the cluster, one target for each port of a pod.
  const found = ["chinwag", "other"].flatMap((app) =>
    containers("chinwag")[0].ports.map(({ name, containerPort }) => ({
      targets: [`127.0.0.1:${containerPort}`],
      labels: {
        ...Object.fromEntries(
          Object.keys(labels).map((key) => [
            `__meta_kubernetes_pod_label_${underscored(key)}`,
            app,
          ]),
        ),
        __meta_kubernetes_pod_container_port_name: name,
        __meta_kubernetes_pod_name: `${app}-0`,
      },
    })),
  );
  const config = read("deploy/prometheus/kubernetes.yml").replace(
    /kubernetes_sd_configs:\s+- role: pod/,
    `static_configs: ${JSON.stringify(found)}`,
  );
  const url = await startPrometheus(t, config);
  let targets = [];
  while (targets.length === 0) {
    targets = (await (await fetch(`${url}/targets`)).json()).data.activeTargets;
  }
  assert.deepEqual(
    targets.map(({ labels, scrapeUrl }) => ({ labels, scrapeUrl })),
    [
      {
        labels: { instance: "chinwag-0", job: "chinwag" },
        scrapeUrl: "http://127.0.0.1:9464/metrics",
      },
    ],
  );
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
  const path = folder(t);
  makeCertificate(path, "localhost");
  const { port, metrics } = await startServerWithMetrics(t, {
    MESSAGE_RATE: "0",
    PUBLIC_URL: "https://localhost",
    TLS_CERT: join(path, "fullchain.pem"),
    TLS_KEY: join(path, "privkey.pem"),
  });
  const prometheus = await watch(t, metrics, "1s");
  const [ada, bob] = [1, 2].map(() => new Talker(port, { scheme: "wss" }));
  const { accessKey } = await ada.signIn("Ada");
  await bob.signIn("Bob");
  // Load runs until every query has an answer; a query that never has one ends the test by its time limit.
  const waiting = new Set(queries.filter(isOf("embedded", true)));
  while (waiting.size > 0) {
    await ada.say("something to count");
    bob.send("dance", {});
    await bob.next("error");
    for (const query of waiting)
      if (await hasData(`${prometheus}/query`, { query: query.expr })) waiting.delete(query);
  }
  assert.ok(queries.length >= 20);

  const onRedis = await startServerWithMetrics(t, { REDIS_URL: await startRedis(t) });
  const pages = [metrics, onRedis.metrics].map(async (port) =>
    (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
  );
  const page = (await Promise.all(pages)).join("");
  const told = new Set([...page.matchAll(/^# TYPE (chinwag_\w+)/gm)].map(([, name]) => name));
  const documented = new Set([...operations.matchAll(/`(chinwag_\w+)`/g)].map(([, name]) => name));
  assert.deepEqual([...documented].sort(), [...told].sort());
  const used = [
    ...JSON.stringify(dashboard).matchAll(/chinwag_\w+/g),
    ...alerts.matchAll(/chinwag_\w+/g),
  ];
  for (const [name] of used) assert.ok(told.has(name.replace(/_bucket$/, "")), name);
  assert.ok(!page.includes(accessKey) && !page.includes("Ada"));
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
  ["embedded", ["bench", "--quick", "--only", "Open loop"]],
  ["redis", ["pairs", "--pairs", "20", "--seconds", "3", "--redis", "spawn"]],
]) {
  test(`every panel has data while the store "${store}" is measured`, async (t) => {
    const [port, metrics] = [await freePort(), await freePort()];
    const prometheus = await watch(t, metrics, "250ms");
    // Its first scrape comes some seconds after it says that it is ready.
    while (!(await hasData(`${prometheus}/query`, { query: 'up{job="chinwag"}' })));
    const began = Date.now() / 1000;
    const load = spawn(programs.chinwagLoad, [...scenario, "--address", `127.0.0.1:${port}`], {
      env: { ...process.env, METRICS_ADDRESS: `127.0.0.1:${metrics}` },
    });
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
    for (const { title, expr } of queries.filter(isOf(store, false))) {
      const found = await hasData(`${prometheus}/query_range`, { query: expr, ...range });
      assert.ok(found, `${title}: ${expr}\n${said.join("")}`);
    }
  });
}
