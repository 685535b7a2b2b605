/** Whichever dialog is open; each is loaded when it is first opened. */
import type { ComponentType } from "preact";
import { type DialogName, useApp } from "./app";
import { lazy } from "./Lazy";

const DIALOGS: Readonly<Record<DialogName, ComponentType>> = {
  search: lazy(() => import("./SearchDialog"), "SearchDialog"),
  searchHere: lazy(() => import("./SearchDialog"), "SearchHere"),
  settings: lazy(() => import("./SettingsDialog"), "SettingsDialog"),
  notifications: lazy(() => import("./SettingsDialog"), "NotificationsDialog"),
  shortcuts: lazy(() => import("./ShortcutsDialog"), "ShortcutsDialog"),
  about: lazy(() => import("./AboutDialog"), "AboutDialog"),
  newChannel: lazy(() => import("./NewChannelDialog"), "NewChannelDialog"),
  newGroup: lazy(() => import("./NewGroupDialog"), "NewGroupDialog"),
  browse: lazy(() => import("./BrowseDialog"), "BrowseDialog"),
  addPeople: lazy(() => import("./AddPeopleDialog"), "AddPeopleDialog"),
  deleteMessage: lazy(() => import("./DeleteDialog"), "DeleteDialog"),
  reactors: lazy(() => import("./ReactorsDialog"), "ReactorsDialog"),
  viewer: lazy(() => import("./Viewer"), "Viewer"),
  report: lazy(() => import("./ReportDialog"), "ReportDialog"),
  people: lazy(() => import("./PeopleDialog"), "PeopleDialog"),
  admin: lazy(() => import("./AdminDialog"), "AdminDialog"),
  adminReports: lazy(() => import("./AdminDialog"), "ReportsDialog"),
};

export function Dialogs() {
  const { dialog } = useApp();
  if (dialog.value === undefined) return null;
  const Open = DIALOGS[dialog.value];
  return <Open />;
}
