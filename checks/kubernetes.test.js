/** The Kubernetes manifests fit their schemas, and open to each peer what it needs and nothing else. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { containers, manifest } from "./manifests.js";
import { folder, freePort, programs, run, start } from "./programs.js";

const [chat] = containers("chinwag");
const [redis] = containers("redis");
const value = ({ env }, wanted) => env.find(({ name }) => name === wanted)?.value;
const ofKind = (name, wanted) => manifest(name).filter(({ kind }) => kind === wanted);

test("the Kubernetes manifests fit their schemas", () => {
  for (const name of ["chinwag", "redis"]) {
    run(programs.kubernetesValidate, ["--strict", "-k", "1.33", `deploy/kubernetes/${name}.yaml`]);
  }
});

test("the metrics have a port of their own, which no Service and so no Ingress publishes", () => {
  const ports = Object.fromEntries(
    chat.ports.map(({ name, containerPort }) => [name, containerPort]),
  );
  assert.equal(ports.http, Number(value(chat, "PORT")));
  assert.equal(ports.metrics, Number(value(chat, "METRICS_ADDRESS").split(":").at(-1)));
  assert.notEqual(ports.http, ports.metrics);

  const services = ofKind("chinwag", "Service");
  const published = services.flatMap(({ spec }) => spec.ports.map(({ targetPort }) => targetPort));
  assert.deepEqual(published, ["http"]);
  const backends = ofKind("chinwag", "Ingress").flatMap(({ spec }) =>
    spec.rules.flatMap(({ http }) => http.paths.map(({ backend }) => backend.service)),
  );
  assert.deepEqual(backends, [{ name: "chinwag", port: { name: "http" } }]);

  const [{ spec }] = ofKind("chinwag", "Deployment");
  const annotated = spec.template.metadata.annotations["prometheus.io/port"];
  assert.equal(Number(annotated), ports.metrics);
});

/** Checks that a file has one policy, that it is for its pods, and returns who may reach which port. */
function openTo(name) {
  const policies = ofKind(name, "NetworkPolicy");
  assert.equal(policies.length, 1);
  const [{ spec }] = policies;
  assert.deepEqual(spec.policyTypes, ["Ingress"]);
  const pods = manifest(name).find((object) => object.spec.template).spec.template.metadata.labels;
  assert.deepEqual(spec.podSelector.matchLabels, pods);
  return spec.ingress.map(({ from, ports }) => ({ from, ports }));
}

test("Redis takes Chinwag alone, and the metrics' port the monitoring namespace alone", () => {
  const namespace = (name) => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
  });
  assert.deepEqual(openTo("chinwag"), [
    { from: [namespace("ingress-nginx")], ports: [{ port: "http" }] },
    { from: [namespace("monitoring")], ports: [{ port: "metrics" }] },
  ]);
  const labels = { "app.kubernetes.io/name": "chinwag" };
  assert.deepEqual(openTo("redis"), [
    { from: [{ podSelector: { matchLabels: labels } }], ports: [{ port: "redis" }] },
  ]);
});

test("Redis' password is a Secret's, without a default, and the same for both", () => {
  const password = ({ env }, wanted) => env.find(({ name }) => name === wanted);
  const valueFrom = { secretKeyRef: { name: "redis", key: "password" } };
  assert.deepEqual(password(redis, "REDISCLI_AUTH"), { name: "REDISCLI_AUTH", valueFrom });
  assert.deepEqual(password(chat, "REDIS_PASSWORD"), { name: "REDIS_PASSWORD", valueFrom });
  for (const name of ["chinwag", "redis"]) assert.deepEqual(ofKind(name, "Secret"), []);
});

/** The program and arguments of the manifest's Redis, on a port and in a folder of this machine. */
function commandOfRedis(port, path) {
  const here = `redis-server - --port ${port} --bind 127.0.0.1 --dir ${path}`;
  return redis.args.map((arg) => arg.replace(/redis-server -(?= )/, here));
}

test("Redis as the manifest starts it asks for the password and doesn't show it", async (t) => {
  const [port, secret] = [await freePort(), "5ecre7".repeat(8)];
  const { PATH } = process.env;
  const [shell, ...args] = commandOfRedis(port, folder(t));
  const env = { PATH, REDISCLI_AUTH: secret };
  const { pid } = await start(t, shell, args, /Ready to accept connections/, { env });
  const shown = readFileSync(`/proc/${pid}/cmdline`, "utf8");
  assert.match(shown, /^redis-server /);
  assert.ok(!shown.includes(secret));

  const [client, ...probe] = redis.readinessProbe.exec.command;
  const ask = (args, env) => run(client, ["-p", String(port), ...args], { env });
  assert.match(ask(probe, env), /PONG/);
  assert.throws(() => ask(probe, { PATH }), /NOAUTH/);
  assert.throws(() => ask(probe, { PATH, REDISCLI_AUTH: "another" }), /WRONGPASS/);
  const settings = ask(["config", "get", "append*"], env);
  assert.match(settings, /appendonly\nyes/);
  assert.match(settings, /appendfsync\nalways/);
});

test("Redis does not start with an empty password", async (t) => {
  const [shell, ...args] = commandOfRedis(await freePort(), folder(t));
  const env = { PATH: process.env.PATH, REDISCLI_AUTH: "" };
  const { found } = await start(t, shell, args, /^wrong number of arguments|Ready to accept/, {
    env,
  });
  assert.match(found[0][0], /^wrong number/);
});

test("the server does not start until TRUSTED_PROXIES is set", async (t) => {
  const cwd = folder(t);
  const { found } = await start(
    t,
    programs.chinwag,
    [],
    /^.*(TRUSTED_PROXIES is .*, but must be|listening on).*$/,
    {
      cwd,
      env: {
        PATH: process.env.PATH,
        SERVER_ADDRESS: "127.0.0.1:0",
        DATA_DIR: cwd,
        TRUSTED_PROXIES: value(chat, "TRUSTED_PROXIES"),
      },
    },
  );
  assert.match(found[0][0], /TRUSTED_PROXIES is "network-of-your-ingress"/);
});
