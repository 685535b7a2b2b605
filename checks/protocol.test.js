/** docs/asyncapi.yaml is valid, and every documented frame is what docs/schema says. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Parser } from "@asyncapi/parser";
import Ajv from "ajv";
import addFormats from "ajv-formats";

const docs = new URL("../docs/", import.meta.url);
const read = (name) => readFileSync(new URL(name, docs), "utf8");

test("the AsyncAPI document is valid, its examples too", async () => {
  const { document, diagnostics } = await new Parser().parse(read("asyncapi.yaml"));
  const faults = diagnostics.filter(({ severity }) => severity <= 1);
  assert.deepEqual(
    faults.map(({ path, message }) => `${path.join(".")}: ${message}`),
    [],
  );
  const requests = JSON.parse(read("schema/request.json")).oneOf;
  assert.equal(document.operations().all().length, requests.length + 1);
});

for (const [name, mark] of [
  ["request", ">>> "],
  ["frame", "<<< "],
]) {
  const ajv = addFormats(
    new Ajv({ allowUnionTypes: true, formats: { uint32: true, uint64: true, int64: true } }),
  );
  const validate = ajv.compile(JSON.parse(read(`schema/${name}.json`)));
  // A request before an error is there to be refused.
  const isRefused = (next) => mark === ">>> " && next?.includes('"type":"error"');
  const examples = read("protocol.md")
    .split("\n")
    .map((line) => line.trim())
    .filter((line, at, lines) => line.startsWith(mark) && !isRefused(lines[at + 1]?.trim()))
    .map((line) => line.slice(mark.length));

  test(`every documented ${name} fits its schema`, () => {
    assert.ok(examples.length > 10);
    for (const example of examples) {
      assert.ok(validate(JSON.parse(example)), `${example}: ${ajv.errorsText(validate.errors)}`);
    }
  });

  test(`a damaged ${name} does not`, () => {
    const both = { recipientUUID: "", before: 3, after: 1 };
    for (const damaged of [
      {},
      { type: "dance" },
      { type: "error", error: { code: 3 } },
      { type: "channelMessages", channelMessages: both },
      { type: "channelMessage", channelMessage: { recipientUUID: "", message: 5 } },
      { type: "signUp", signUp: { username: "", password: "secret" } },
    ]) {
      assert.ok(!validate(damaged), JSON.stringify(damaged));
    }
  });
}
