/** Where a program stopped reading, so that its next run goes on from there. */
import type { ChannelId } from "./channel.ts";

/** Plain JSON, and the same for the client in Rust. */
export interface Positions {
  /** The history that the numbers are of; a server of 0.1 has no name for it. */
  readonly epoch?: string | undefined;
  /** By channel, `""` being General: the `Seq` of the last message that was handled. */
  readonly channels: Readonly<Record<ChannelId, number>>;
  /** By channel: up to which `rev` its changes were handled. Absent in positions of 0.1, and where the server is of 0.1. */
  readonly revs?: Readonly<Record<ChannelId, number>>;
}
