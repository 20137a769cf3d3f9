import { splitBy } from "./arguments.js";
import { UsageError } from "./command.js";
import { isAddress } from "./is-address.js";
import { quoted, seconds } from "./numbers.js";
import type { Page } from "./page.js";

/** What can be asked for, in the order in which it is told. */
export const types = ["A", "AAAA", "CNAME", "MX", "NS", "SRV", "TXT", "PTR"] as const;

/** One of these. */
export type Type = (typeof types)[number];

/** What `rawconn resolve` was asked for. */
export interface ResolveArguments {
  name: string;
  types: readonly Type[];
  /** An address with or without a port; undefined for those of resolv.conf. */
  server: string | undefined;
  tcp: boolean;
  /** For all of it, in milliseconds; Infinity for none. */
  timeout: number;
  json: boolean;
  quiet: boolean;
}

const options = {
  type: {
    short: "t",
    value: "LIST",
    text:
      `what to look up: ${types.join(", ")}, several with commas between them, or \`any\` for all that a name can have; ` +
      "by default A,AAAA, and PTR for an address",
    choices: [...types, "any"],
    multiple: true,
  },
  server: {
    short: "s",
    value: "ADDR",
    text:
      "whom to ask instead of the servers of /etc/resolv.conf: 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53; the " +
      "same as @ADDR",
  },
  tcp: {
    short: "T",
    text: "ask by TCP; otherwise by UDP, and by TCP what does not fit into a packet",
  },
  timeout: {
    short: "W",
    value: "SEC",
    text: "give up after this time, 10 by default, 0 for never; each server has what resolv.conf gives it",
  },
  quiet: { short: "q", text: "print the records alone" },
  json: { short: "j", text: "print one JSON object, with times in milliseconds" },
  help: { short: "h", text: "this text" },
} as const;

/** What there is to say of `rawconn resolve`. */
export const page: Page<typeof options> = {
  name: "resolve",
  usage: "[OPTIONS] NAME [@SERVER]",
  summary: "look up a name, or the names of an address, and tell who said so",
  about: [
    "Looks up NAME in the hosts file and by DNS, as programs of this host do, and tells what it found, who was asked, " +
      "and how long that took. Where NAME is an address, it tells the names of that.",
  ],
  options,
  notes: [
    "A name with fewer dots than resolv.conf asks for (ndots, 1 by default) is tried under the suffixes of its search " +
      "list first; a dot at the end says that it is complete. The hosts file comes first even where a server is named.",
  ],
  examples: [
    ["rawconn resolve www.example.com", "its addresses"],
    ["rawconn resolve -t MX,TXT example.com @192.0.2.1", "what one server says of its mail"],
    ["rawconn resolve -t SRV _xmpp-client._tcp.example.com", "a service, by its whole name"],
    ["rawconn resolve 192.0.2.1", "the names of an address"],
  ],
  exits: [
    [0, "when something was found"],
    [1, "when there is no such name or record"],
    [2, "for an error, such as a server that does not answer"],
  ],
  arguments: "host",
};

// What a timer of Node can count to, 24.8 days.
const MAX_SECONDS = 2147483;

/** Reads the arguments; null when help was asked for. Throws a UsageError. */
export function parse(args: string[]): ResolveArguments | null {
  const { values, positionals } = splitBy(page, args);
  if (values.help) return null;
  const marked = positionals.filter((word) => word.startsWith("@")).map((word) => word.slice(1));
  const [server, ...more] = values.server === undefined ? marked : [values.server, ...marked];
  if (more.length > 0) throw new UsageError("expected one server; it is asked for all that is looked up");
  const [name, ...rest] = positionals.filter((word) => !word.startsWith("@"));
  if (name === undefined || name === "")
    throw new UsageError("expected a name or an address; see `rawconn resolve --help`");
  if (rest.length > 0) throw new UsageError(`expected one name, not ${rest.length + 1}`);
  // No server would be asked for these, so "none" would say too much.
  if (!isAddress(name) && /[\s/:]/.test(name))
    throw new UsageError(`expected a name or an address, without a port or a path, not ${quoted(name)}`);
  return {
    name,
    types: wanted(name, values.type ?? []),
    server,
    tcp: values.tcp ?? false,
    timeout: seconds("-W", values.timeout ?? "10", MAX_SECONDS) || Infinity,
    json: values.json ?? false,
    quiet: values.quiet ?? false,
  };
}

function wanted(name: string, lists: readonly string[]): readonly Type[] {
  const byAddress = isAddress(name);
  if (lists.length === 0) return byAddress ? ["PTR"] : ["A", "AAAA"];
  const words = lists.flatMap((list) => list.toUpperCase().split(","));
  const unknown = words.find((word) => word !== "ANY" && !types.includes(word as Type));
  if (unknown !== undefined)
    throw new UsageError(`-t takes ${types.join(", ")} or any, not ${quoted(unknown)}`);
  if (words.includes("PTR") && !byAddress) throw new UsageError("-t PTR takes an address, such as 192.0.2.1");
  if (!words.includes("ANY")) return types.filter((type) => words.includes(type));
  return types.filter((type) => (type === "PTR") === byAddress);
}
