/** The sentences and labels of files, which load with the first of them, ready for translation. */
import { counted } from "./strings";

const UNITS = ["bytes", "KB", "MB", "GB"] as const;
const number = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });

/** A size as people read it: 1 KB is 1,000 bytes, as in the server's settings. */
export function sizeOf(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${number.format(bytes / 1000 ** power)} ${UNITS[power]}`;
}

export const fileStrings = {
  attach: "Attach files",
  takePhoto: "Take a photo",
  attached: "Attached files",
  remove: (name: string) => `Remove ${name}`,
  retry: (name: string) => `Try again to send ${name}`,
  progress: (name: string) => `Sending ${name}`,
  waits: "Waiting for the connection",
  ready: "Ready to be sent",
  sendsLater: "The message is sent when its files are there.",
  isEmpty: (name: string) => `${name} is empty.`,
  unreadable: (name: string) => `${name} can't be read. A folder can't be sent.`,
  tooLarge: (name: string, most: number) =>
    `${name} is too large. The server accepts files of ${sizeOf(most)} at most.`,
  tooMany: (most: number) => `A message has ${counted(most, "file", "files")} at most.`,
  notTaken: "Files can't be sent on this server.",
  notHere: "Nothing can be sent in this channel.",
  dropHere: (title: string) => `Drop files for ${title}`,
  picture: (name: string) => `Picture ${name}`,
  video: (name: string) => `Video ${name}`,
  open: (name: string) => `Open ${name}`,
  download: "Download",
  downloadOf: (name: string, size: string) => `Download ${name}, ${size}`,
  gone: "This file can't be shown.",
  viewer: "Pictures",
  place: (at: number, of: number) => `${at} of ${of}`,
  previous: "Previous picture",
  next: "Next picture",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  copy: "Copy picture",
  copied: "The picture is copied.",
  notCopied: "The picture couldn't be copied.",
  files: "Files",
  noFilesYet: "No files yet.",
} as const;
