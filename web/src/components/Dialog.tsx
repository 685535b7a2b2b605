/** A dialog over the page; the browser keeps the focus in it and gives it back afterwards. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { strings } from "../strings";
import { useApp } from "./app";
import { Cross } from "./Cross";
import { useKeptFocus } from "./kept-focus";
import "../styles/dialog.css";

interface DialogProps {
  title: string;
  class?: string;
  /** For a dialog that isn't one of the app's. */
  close?: () => void;
  children: ComponentChildren;
}

export function Dialog({ title, class: name = "", children, ...own }: DialogProps) {
  const { dialog } = useApp();
  const element = useRef<HTMLDialogElement>(null);
  useKeptFocus(element);
  useEffect(() => {
    const shown = element.current;
    if (!shown?.open) shown?.showModal();
    return () => shown?.close();
  }, []);
  const close =
    own.close ??
    (() => {
      dialog.value = undefined;
    });
  return (
    // The backdrop is the dialog's own box, so a click on it has the dialog itself as its target.
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a modal dialog already.
    <dialog
      ref={element}
      class={`dialog ${name}`}
      aria-label={title}
      // A dialog that gave way to another one hears of its own closing late, and must not close that one.
      onClose={(event) => event.currentTarget.isConnected && close()}
      onClick={(event) => event.target === element.current && close()}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2>{title}</h2>
          <button type="button" class="icon-button" aria-label={strings.close} onClick={close}>
            <Cross />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
