/** The messages that people have reported, for admins to look at and to close. */
import type { Report } from "@chinwag/client";
import { useEffect, useState } from "preact/hooks";
import { adminStrings } from "../admin-strings";
import { toHash } from "../page/route";
import { today } from "../page/today";
import { shortly } from "../text/dates";
import { useApp } from "./app";
import { Failure } from "./Failure";
import { useLoaded } from "./loading";
import { useWork } from "./working";

interface Page {
  readonly reports: readonly Report[];
  readonly before: string;
  readonly more: boolean;
}

export function ReportAdmin() {
  const { client } = useApp();
  const ask = async (before?: string): Promise<Page> => {
    const reports = before === undefined ? {} : { before };
    return (await client.socket.request({ type: "reports", reports })).reports;
  };
  const { told, work, change, reload } = useLoaded(ask);
  const reported = client.incoming.reported.value;
  const [seen] = useState(reported);
  useEffect(() => {
    if (reported !== seen) void reload();
  }, [reported]);
  const next = () =>
    work.run(async () => {
      const page = await ask(told?.before);
      change(({ reports }) => ({ ...page, reports: [...reports, ...page.reports] }));
    });
  const close = ({ UUID }: Report) =>
    work.run(async () => {
      await client.socket.request({ type: "reportClose", reportClose: { UUID } });
      change((page) => ({ ...page, reports: page.reports.filter((each) => each.UUID !== UUID) }));
    });
  return (
    <>
      {told?.reports.length === 0 && <p class="aside">{adminStrings.noReports}</p>}
      <ul class="reports" aria-label={adminStrings.topics.reports}>
        {told?.reports.map((report) => (
          <li key={report.UUID}>
            <ReportCard report={report} close={() => void close(report)} />
          </li>
        ))}
      </ul>
      {told?.more && (
        <button type="button" class="quiet" onClick={next}>
          {adminStrings.more}
        </button>
      )}
      <Failure work={work} />
    </>
  );
}

function ReportCard({ report, close }: { report: Report; close: () => void }) {
  const { client, dialog } = useApp();
  const work = useWork();
  const [deleted, setDeleted] = useState(false);
  const { At, Reason, User, message, recipientUUID } = report;
  const when = shortly(Date.parse(At), today.value);
  const remove = () =>
    work.run(async () => {
      if (recipientUUID === undefined) return;
      const messageDelete = { recipientUUID, seq: message.Seq };
      await client.socket.request({ type: "messageDelete", messageDelete });
      setDeleted(true);
    });
  return (
    <>
      <p>
        <bdi>{adminStrings.reportedBy(User.Username, when)}</bdi>
      </p>
      <p dir="auto">{Reason || adminStrings.withoutReason}</p>
      <blockquote dir="auto">
        <strong>
          <bdi>{message.As ?? message.Sender.Username}</bdi>
        </strong>
        <br />
        {message.Message}
      </blockquote>
      {recipientUUID === undefined ? (
        <p class="aside">{adminStrings.elsewhere}</p>
      ) : (
        <a
          href={toHash(recipientUUID, message.Seq)}
          onClick={() => {
            dialog.value = undefined;
          }}
        >
          {adminStrings.inChannel(client.title(recipientUUID))}
        </a>
      )}
      <div class="dialog-actions">
        {recipientUUID !== undefined && !deleted && (
          <button type="button" class="quiet bad" disabled={work.busy} onClick={remove}>
            {adminStrings.removeMessage}
          </button>
        )}
        <button type="button" class="quiet" onClick={close}>
          {adminStrings.close}
        </button>
      </div>
      {deleted && (
        <p class="aside" role="status">
          {adminStrings.removedMessage}
        </p>
      )}
      <Failure work={work} />
    </>
  );
}
