/** Whichever dialog is open; each is loaded when it is first opened. */
import { useApp } from "./app";
import { lazy } from "./Lazy";

const Switcher = lazy(() => import("./Switcher"), "Switcher");
const SettingsDialog = lazy(() => import("./SettingsDialog"), "SettingsDialog");
const ShortcutsDialog = lazy(() => import("./ShortcutsDialog"), "ShortcutsDialog");
const AboutDialog = lazy(() => import("./AboutDialog"), "AboutDialog");
const NewChannelDialog = lazy(() => import("./NewChannelDialog"), "NewChannelDialog");
const NewGroupDialog = lazy(() => import("./NewGroupDialog"), "NewGroupDialog");
const BrowseDialog = lazy(() => import("./BrowseDialog"), "BrowseDialog");
const AddPeopleDialog = lazy(() => import("./AddPeopleDialog"), "AddPeopleDialog");
const DeleteDialog = lazy(() => import("./DeleteDialog"), "DeleteDialog");
const ReactorsDialog = lazy(() => import("./ReactorsDialog"), "ReactorsDialog");

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
    case "deleteMessage":
      return <DeleteDialog />;
    case "reactors":
      return <ReactorsDialog />;
    default:
      return null;
  }
}
