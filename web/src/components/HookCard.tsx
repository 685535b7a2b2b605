/** A hook that was just made: its address, which is shown only now, and lines to copy for the tools that use it. */
import { useState } from "preact/hooks";
import { adminStrings } from "../admin-strings";
import { Choice } from "./Choice";
import { CopyField } from "./CopyField";
import { linesFor, type Tool } from "./hook-lines";

const TOOLS = Object.entries(adminStrings.tools) as [Tool, string][];

export function HookCard({ name, url, end }: { name: string; url: string; end: () => void }) {
  const [tool, setTool] = useState<Tool>("curl");
  const lines = linesFor(tool, url);
  return (
    <section class="link-card">
      <strong>{adminStrings.hookMade(name)}</strong>
      <p class="aside" role="status">
        {adminStrings.hookOnce}
      </p>
      <CopyField id="hook-address" label={adminStrings.address} text={url} />
      <Choice
        title={adminStrings.tool}
        options={TOOLS}
        chosen={tool}
        choose={(to) => setTool(to)}
      />
      <p class="aside">{adminStrings.toolAbout[tool]}</p>
      {lines && (
        <CopyField key={tool} id="hook-lines" label={adminStrings.copyLines} text={lines} code />
      )}
      <div class="dialog-actions">
        <button type="button" class="quiet" onClick={end}>
          {adminStrings.done}
        </button>
      </div>
    </section>
  );
}
