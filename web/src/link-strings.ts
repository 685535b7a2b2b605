/** The sentences and labels of links: invites, new passwords, other devices; they load when first needed. */
import { counted } from "./strings";

export const linkStrings = {
  looking: "One moment…",
  inviteTitle: "You are invited",
  inviteAbout: "Choose a name and a password, and you are in.",
  claimTitle: "Become the admin",
  claimNewAbout: "Choose a name and a password. The account becomes this server’s admin.",
  claimAbout: (name: string) => `Sign in as ${name}, and the account becomes an admin.`,
  resetTitle: "Choose a new password",
  resetAbout: (name: string) => `For ${name}. Your other devices are signed out.`,
  deviceTitle: "Sign in on this device",
  deviceAbout: (name: string) => `You will be signed in as ${name}.`,
  submits: {
    invite: "Create account",
    claim: "Become admin",
    reset: "Set the password",
    device: "Sign in",
  },
  goneTitle: "This link doesn’t work",
  goneAbout:
    "It was used up, has expired, or was revoked. Ask for a new one where you got it from.",
  toSignIn: "To the sign-in",
  again: "Try again",
  signedInAs: (name: string) => `On this browser ${name} is signed in.`,
  stay: (name: string) => `Stay ${name}`,
  signOutFirst: "Sign out and use the link",

  address: "Link",
  copy: "Copy",
  copied: "Copied",
  copyFailed: "Select the text and copy it.",
  qrCode: "QR code of the link",
  qrAbout: "Or scan it with the camera of a phone.",

  invite: "Invite people",
  inviteMakerAbout:
    "Everybody who has the link can create an account, as often as you say. There is no e-mail: send it as you like.",
  uses: "How many people",
  expires: "Valid for",
  expiresIn: { day: "1 day", week: "7 days", month: "30 days" },
  channels: "Channels that they join",
  make: "Make a link",
  usable: (n: number, until: string) =>
    `${n === 1 ? "For one person" : `For ${counted(n, "person", "people")}`}, until ${until}.`,
  openLinks: "Open links",
  noLinks: "There are none.",
  kinds: {
    invite: "Invite",
    reset: "New password",
    device: "Another device",
    claim: "For the first admin",
  },
  until: (when: string) => `until ${when}`,
  by: (name: string) => `by ${name}`,
  revoke: "Revoke",

  devices: "Your devices",
  thisDevice: "this device",
  lastUsed: (when: string) => `Last used: ${when}`,
  unnamed: "A device without a name",
  endDevice: (name: string) => `Sign ${name} out`,
  signOut: "Sign out",
  otherDevice: "Sign in on another device",
  otherDeviceAbout:
    "Makes a link that signs you in without the password. It works once, for 10 minutes.",
  otherDeviceMade:
    "Open the link on the other device. It works once, for 10 minutes. Show it to nobody.",
} as const;
