/** Whichever dialog is open; each is loaded when it is first opened. */
import { useApp } from "./app";
import { lazy } from "./Lazy";

const Switcher = lazy(async () => (await import("./Switcher")).Switcher);
const SettingsDialog = lazy(async () => (await import("./SettingsDialog")).SettingsDialog);
const ShortcutsDialog = lazy(async () => (await import("./ShortcutsDialog")).ShortcutsDialog);
const AboutDialog = lazy(async () => (await import("./AboutDialog")).AboutDialog);
const NewChannelDialog = lazy(async () => (await import("./NewChannelDialog")).NewChannelDialog);
const NewGroupDialog = lazy(async () => (await import("./NewGroupDialog")).NewGroupDialog);
const BrowseDialog = lazy(async () => (await import("./BrowseDialog")).BrowseDialog);
const AddPeopleDialog = lazy(async () => (await import("./AddPeopleDialog")).AddPeopleDialog);

export function Dialogs() {
  const { dialog } = useApp();
  switch (dialog.value) {
    case "switcher":
      return <Switcher />;
    case "settings":
      return <SettingsDialog />;
    case "shortcuts":
      return <ShortcutsDialog />;
    case "about":
      return <AboutDialog />;
    case "newChannel":
      return <NewChannelDialog />;
    case "newGroup":
      return <NewGroupDialog />;
    case "browse":
      return <BrowseDialog />;
    case "addPeople":
      return <AddPeopleDialog />;
    default:
      return null;
  }
}
