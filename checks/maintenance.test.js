/** The blocks of docs/maintenance.md, run on a real server and a real Redis. Scripts play systemd and the container engines. */
import assert from "node:assert/strict";
import { chmodSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { atEnd, folder, freePort, programs, read, run, startRedis } from "./programs.js";
import { Talker } from "./talker.js";

/** The marked blocks under each heading, in order. */
const blocks = new Map();
for (const part of read("docs/maintenance.md").split(/^#+ (?=\S)/m)) {
  const heading = part.slice(0, part.indexOf("\n"));
  blocks.set(
    heading,
    [...part.matchAll(/^```sh drill\n(.*?)^```$/gms)].map(([, block]) => block),
  );
}

/** Starts and stops the server as the unit, or as a container. `lib` is the folder of its store. */
const SYSTEMCTL = `#!/bin/bash
set -euo pipefail
cd "$MACHINE"
# An ended process may be listed until the machine's init looks after it, but has no program any more.
runs() { [ -e "/proc/$(cat pid)/exe" ]; }
stop() {
  [ -e pid ] || return 0
  kill "$(cat pid)"
  while runs; do sleep 0.02; done
  rm pid
}
run() {
  [ -e pid ] && return 0
  if [ -s redis ]; then export REDIS_URL=$(cat redis); else export DATA_DIR=$(cat store); fi
  if [ -s files ]; then export FILES=$(cat files); fi
  : >log
  setsid chinwag >>log 2>&1 </dev/null &
  echo $! >pid
  until grep -q "listening on" log; do runs || { cat log >&2; exit 1; }; sleep 0.02; done
}
case "$1" in
  stop | disable) stop ;;
  start | enable) run ;;
  restart) stop; run ;;
esac
`;

/** Docker, Compose and kubectl: what they run in a container is run here, with the container's store. */
const ENGINE = `#!/bin/bash
set -euo pipefail
[ "$1" = compose ] && shift
verb=$1
shift
detached= volume= at=0
for ((n = 1; n <= $#; n++)); do
  case "\${!n}" in
    -d) detached=yes ;;
    *:/data) volume=\${!n%:/data} ;;
    chinwag | redis-cli | tar) at=$n ;;
    --replicas=0) verb=stop ;;
  esac
done
store() { echo "$MACHINE/volumes/\${1:-$(cat "$MACHINE/volume" 2>/dev/null || echo none)}"; }
case "$verb" in
  stop) systemctl stop ;;
  start | up | scale) systemctl start ;;
  run | exec)
    if [ "$detached" ]; then
      echo "$volume" >"$MACHINE/volume"
      store "$volume" >"$MACHINE/store"
      exec systemctl start
    fi
    if [ -s "$MACHINE/redis" ]; then export REDIS_URL=$(cat "$MACHINE/redis"); else export DATA_DIR=$(store "$volume"); fi
    if [ -s "$MACHINE/files" ]; then export FILES=$(cat "$MACHINE/files"); fi
    program=("\${@:$at}")
    if [ "\${program[0]}" = tar ]; then program=("\${program[@]/#\\/data/$(store "$volume")}"); fi
    [ "\${program[0]}" = redis-cli ] && program=(redis-cli -u "$REDIS_URL" "\${program[@]:1}")
    exec "\${program[@]}" ;;
esac
`;

/** A machine with a server that can be started, and the blocks that run on it. */
class Machine {
  constructor(t, port) {
    this.path = folder(t);
    this.port = port;
    mkdirSync(join(this.path, "bin"));
    mkdirSync(join(this.path, "clone/target/release"), { recursive: true });
    symlinkSync(programs.chinwag, join(this.path, "clone/target/release/chinwag"));
    symlinkSync(programs.chinwag, join(this.path, "bin/chinwag"));
    this.script("sudo", '#!/bin/sh\nexec "$@"\n');
    this.script("systemctl", SYSTEMCTL);
    for (const engine of ["docker", "kubectl"]) this.script(engine, ENGINE);
    for (const tool of ["git", "cargo"]) this.script(tool, "#!/bin/sh\n");
    writeFileSync(join(this.path, "store"), join(this.path, "lib"));
    atEnd(t, () => this.shell("systemctl stop"));
  }

  script(name, text) {
    const file = join(this.path, "bin", name);
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  }

  /** The server is a node on this Redis from its next start on. */
  useRedis(url) {
    writeFileSync(join(this.path, "redis"), url);
  }

  /** The server keeps files in this volume, as compose.yaml says. */
  useVolume(name) {
    mkdirSync(join(this.path, "volumes", name), { recursive: true });
    writeFileSync(join(this.path, "files"), join(this.path, "volumes", name, "files"));
  }

  /** Runs a block in the clone; resolves to what it printed. */
  shell(block) {
    const script = block
      .replaceAll("/var/lib/chinwag", join(this.path, "lib"))
      .replaceAll("/var/backups/chinwag", join(this.path, "backups"))
      .replaceAll("/usr/local/bin/", `${join(this.path, "bin")}/`)
      .replaceAll("/tmp/check", join(this.path, "check"));
    const env = {
      PATH: `${join(this.path, "bin")}:${process.env.PATH}`,
      MACHINE: this.path,
      SERVER_ADDRESS: `127.0.0.1:${this.port}`,
    };
    const options = { cwd: join(this.path, "clone"), env };
    return run("bash", ["-euo", "pipefail", "-c", script], options);
  }

  drill(heading) {
    const found = blocks.get(heading);
    assert.ok(found?.length > 0, heading);
    return found.map((block) => this.shell(block)).join("");
  }
}

/** All messages of General, oldest first. */
async function history(port, key) {
  const talker = new Talker(port);
  await talker.next("ready");
  talker.send("signIn", { accessKey: key });
  await talker.next("authorized");
  talker.send("channelMessages", { recipientUUID: "", limit: 100 });
  const { messages } = (await talker.next("channelMessages")).channelMessages;
  await talker.leave();
  return messages.map(({ Message }) => Message).reverse();
}

async function say(port, key, text) {
  const talker = new Talker(port);
  await talker.next("ready");
  talker.send("signIn", { accessKey: key });
  await talker.next("authorized");
  await talker.say(text);
  await talker.leave();
}

/** Sends a file with a text, as the user of `signUp`. */
function sendFile(machine, text) {
  const url = `http://127.0.0.1:${machine.port}`;
  const user = "CHINWAG_USER=Ada CHINWAG_PASSWORD=secret";
  machine.shell(`echo kept >note.txt; ${user} chinwag send ${url} ${text} --file note.txt`);
}

async function signUp(port) {
  const talker = new Talker(port);
  const { accessKey } = await talker.signIn("Ada");
  await talker.leave();
  return accessKey;
}

test("a service is updated, backed up, restored, moved, and moved to Redis", async (t) => {
  const port = await freePort();
  const old = new Machine(t, port);
  old.shell("systemctl start");
  const key = await signUp(port);
  await say(port, key, "one");

  old.drill("Update");
  assert.ok(lstatSync(join(old.path, "bin/chinwag")).isFile(), "the new program is not installed");
  await say(port, key, "two");
  assert.deepEqual(await history(port, key), ["one", "two"]);

  const [backup, check] = blocks.get("Backup");
  old.shell(backup);
  await say(port, key, "after the backup");
  const { type, end } = JSON.parse(old.shell(check).split("\n")[0]);
  assert.deepEqual([type, end.messages], ["end", 2]);
  old.drill("Restore");
  assert.deepEqual(await history(port, key), ["one", "two"]);

  // What the timer starts, with systemd's %% for %.
  const unit = read("deploy/systemd/chinwag-backup.service").replaceAll("%%", "%");
  const lines = [...unit.matchAll(/^ExecStart\w*=(.+)$/gm)].map(([, line]) => line);
  old.shell(["export DATA_DIR=/var/lib/chinwag", ...lines].join("\n"));
  const nightly = readdirSync(join(old.path, "backups")).filter((name) =>
    /^chinwag-2.*Z\.db$/.test(name),
  );
  assert.equal(nightly.length, 1);

  const [leave, arrive] = blocks.get("Move");
  old.shell(leave);
  const fresh = new Machine(t, await freePort());
  fresh.shell(`systemctl start; cp ${old.path}/clone/chat.db .`);
  fresh.shell(arrive);
  assert.deepEqual(await history(fresh.port, key), ["one", "two"]);

  const url = await startRedis(t);
  const [to] = blocks.get("From one store to the other");
  fresh.shell(to.replace("redis://localhost:6379", url));
  fresh.useRedis(url);
  fresh.shell("systemctl start");
  assert.deepEqual(await history(fresh.port, key), ["one", "two"]);
});

for (const [section, onRedis, volume] of [
  ["Docker Compose", true, "chinwag_chinwag"],
  ["Docker alone", false, "chinwag"],
  ["Kubernetes", true],
]) {
  test(`${section}: update, backup, restore and move`, async (t) => {
    const install = async () => {
      const machine = new Machine(t, await freePort());
      if (onRedis) machine.useRedis(await startRedis(t));
      if (onRedis && volume) machine.useVolume(volume);
      return machine;
    };
    // It fails if a message's file is missing.
    const check = (machine) => machine.shell("docker exec chinwag chinwag files check");
    const machine = await install();
    const [update, backup, restore, leave, arrive] = blocks.get(section);
    machine.shell(onRedis ? "systemctl start" : "docker run -d -v chinwag:/data chinwag");
    const key = await signUp(machine.port);
    if (volume) sendFile(machine, "one");
    else await say(machine.port, key, "one");
    if (leave) {
      machine.shell(leave);
      const fresh = await install();
      fresh.shell(`cp ${machine.path}/clone/chat.* .`);
      fresh.shell(arrive);
      assert.deepEqual(await history(fresh.port, key), ["one"]);
      check(fresh);
      machine.shell("docker start chinwag");
    }
    machine.shell(update);
    assert.deepEqual(await history(machine.port, key), ["one"]);
    machine.shell(backup);
    await say(machine.port, key, "after the backup");
    machine.shell(restore);
    assert.deepEqual(await history(machine.port, key), ["one"]);
    if (volume) check(machine);
  });
}
