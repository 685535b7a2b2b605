/** What the components share, built once in main.tsx and passed by context. */
import type { Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Route } from "../page/route";
import type { Settings } from "../page/settings";
import type { Client } from "../state/client";
import type { Line } from "../state/line";
import type { Search } from "../state/search";
import type { Sections } from "./sections";

export type DialogName =
  | "search"
  | "searchHere"
  | "settings"
  | "notifications"
  | "shortcuts"
  | "about"
  | "newChannel"
  | "newGroup"
  | "browse"
  | "addPeople"
  | "deleteMessage"
  | "reactors"
  | "viewer"
  | "report"
  | "people"
  | "admin"
  | "adminReports";

export interface App {
  readonly client: Client;
  readonly route: Route;
  readonly settings: Settings;
  readonly sections: Sections;
  readonly dialog: Signal<DialogName | undefined>;
  /** What stands beside the open channel, or lies over it; of a thread its first message. */
  readonly side: Signal<"details" | "activity" | number | undefined>;
  /** What is typed into the field above the list. */
  readonly query: Signal<string>;
  /** The search whose hits are shown there while there is nothing else. */
  readonly search: Signal<Search | undefined>;
  /** The message of the open channel that the dialog is about. */
  readonly message: Signal<Line | undefined>;
}

export const AppContext = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error("failed to find the app: no AppContext above");
  return app;
}
