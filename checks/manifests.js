/** The Kubernetes manifests as objects. */
import { programs, read, run } from "./programs.js";

const TO_JSON = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))";

/** The objects of deploy/kubernetes/NAME.yaml. */
export function manifest(name) {
  const input = read(`deploy/kubernetes/${name}.yaml`);
  return JSON.parse(run(programs.python, ["-c", TO_JSON], { input }));
}

/** The containers of its pods. */
export function containers(name) {
  return manifest(name).flatMap(({ spec }) => spec.template?.spec.containers ?? []);
}
