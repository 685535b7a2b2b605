/** The sentences and labels of the search, which load when it is first opened, ready for translation. */
import { counted } from "./strings";
import type { FilterName } from "./text/terms";

const percent = new Intl.NumberFormat(undefined, { style: "percent" });

export const searchStrings = {
  title: "Search",
  titleOf: (query: string) => (query === "" ? "Search" : `Search: ${query}`),
  placeholder: "Channels, people, messages",
  messages: "Messages",
  notJoined: "not joined",
  channelsAndPeople: "Channels and people",
  recent: "Recent searches",
  recentAbout: "Kept in this browser only.",
  clearRecent: "Clear",
  filters: "Filters",
  addFilter: (name: FilterName) => `Filter: ${filterNames[name]}`,
  removeFilter: (filter: string) => `Remove ${filter}`,
  all: (words: string) => (words === "" ? "All messages" : `All messages with “${words}”`),
  allAbout: "full view",
  found: (n: number, more: boolean) =>
    more ? `${counted(n, "message", "messages")}, and more` : counted(n, "message", "messages"),
  nothing: "No message found.",
  nothingAbout: "Try fewer or other words. The last word may be the beginning of one.",
  begin: "Type a few words, or choose a filter.",
  building: (ready: number) =>
    `The server is still reading messages, ${percent.format(Math.floor(ready * 100) / 100)} so far. More may be found in a moment.`,
  more: "Show more",
  loading: "Searching…",
  backToHits: "Back to the search",
  end: "End the search",
  hitOf: (title: string, sender: string, date: string) => `${title}, ${sender}, ${date}`,
  days: {
    today: "Today",
    yesterday: "Yesterday",
    week: "A week ago",
    month: "A month ago",
    year: "A year ago",
  },
  kinds: { link: "Link", file: "File", image: "Image" },
} as const;

export const filterNames: Readonly<Record<FilterName, string>> = {
  from: "Who wrote it",
  in: "Channel or person",
  before: "Before a day",
  after: "After a day",
  on: "On a day",
  has: "With a link, file or image",
};
