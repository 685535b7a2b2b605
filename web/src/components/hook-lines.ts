/** Lines to copy that make a tool post to a hook. */

export type Tool = "curl" | "grafana" | "github" | "slack";

export function linesFor(tool: Tool, url: string): string | undefined {
  return { curl: curl(url), grafana: grafana(url), github: gitHub(url), slack: undefined }[tool];
}

function curl(url: string): string {
  return `curl -d 'It works' ${url}`;
}

function grafana(url: string): string {
  return [
    "apiVersion: 1",
    "contactPoints:",
    "  - orgId: 1",
    "    name: Chinwag",
    "    receivers:",
    "      - uid: chinwag",
    "        type: slack",
    "        settings:",
    `          url: ${url}`,
  ].join("\n");
}

function gitHub(url: string): string {
  const events = ["push", "pull_request", "issues", "release", "workflow_run"];
  return [
    "gh api repos/OWNER/REPOSITORY/hooks -f name=web \\",
    `  ${events.map((event) => `-f 'events[]=${event}'`).join(" ")} \\`,
    `  -f 'config[url]=${url}' -f 'config[content_type]=json'`,
  ].join("\n");
}
