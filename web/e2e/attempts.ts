/** Says each failed attempt in one line, as the last that is printed: of a long log often only the end is kept. */
import type { Reporter, TestModule } from "vitest/node";

export class Attempts implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        for (const { message, stacks = [] } of test.result().errors ?? []) {
          const { line = 0 } = stacks.find(({ file }) => file === module.moduleId) ?? {};
          const first = message.replace(/\n.*?waiting for/s, " waiting for").split("\n", 1)[0];
          console.error(`${module.relativeModuleId}:${line} ${test.fullName}: ${first}`);
        }
      }
    }
  }
}
