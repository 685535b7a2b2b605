/** The browser's offer to install the page as an app, kept until the user wants it. */
import { signal } from "@preact/signals";

interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

/** Calling it asks the browser to install; absent where that can't be done, or was done. */
export const install = signal<(() => void) | undefined>(undefined);

export function watchInstall(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    install.value = () => {
      install.value = undefined;
      void (event as InstallEvent).prompt();
    };
  });
  addEventListener("appinstalled", () => {
    install.value = undefined;
  });
}
