import { ErrNoSuchInterface, type Interface, interfaceByName, interfaces, OpError } from "../index.js";
import { splitBy } from "./arguments.js";
import { type Command, UsageError } from "./command.js";
import { helpOf, type Page } from "./page.js";
import { print } from "./print.js";
import { printable, printableJSON } from "./terminal.js";

const options = {
  multicast: { short: "m", text: "show the multicast groups, too" },
  json: { short: "j", text: "print one JSON array, with the same facts" },
  help: { short: "h", text: "this text" },
} as const;

/** What there is to say of `rawconn ifaces`. */
export const page: Page<typeof options> = {
  name: "ifaces",
  usage: "[OPTIONS] [NAME ...]",
  summary: "tell of the network interfaces of this host",
  about: ["Tells of the network interfaces of this host, or of those that are named."],
  options,
  notes: [],
  examples: [["rawconn ifaces -j | jq -r '.[].addrs[]'", "all addresses of this host"]],
  exits: [
    [0, "when all was told"],
    [2, "for an error, such as a name that no interface has"],
  ],
  arguments: "interface",
};

/** `rawconn ifaces [NAME ...]`. */
export const ifaces: Command = {
  summary: page.summary,
  page,
  async run(args) {
    const { values, positionals } = splitBy(page, args);
    if (values.help) return print(helpOf(page));
    const found = positionals.length === 0 ? interfaces() : positionals.map(named);
    const facts = found.map((ifi) => factsOf(ifi, values.multicast ?? false));
    return print(values.json ? `${printableJSON(facts, 2)}\n` : facts.map(block).join(""));
  },
};

/** What is told of an interface; texts, but for numbers. */
interface Facts {
  readonly index: number;
  readonly name: string;
  readonly mtu: number;
  readonly flags: string;
  readonly hardwareAddr: string | null;
  readonly addrs: string[];
  /** Absent when nobody asked. */
  readonly multicastAddrs?: string[];
}

function named(name: string): Interface {
  try {
    return interfaceByName(name);
  } catch (error) {
    const unknown = name === "" || (error instanceof OpError && error.cause === ErrNoSuchInterface);
    throw unknown ? new UsageError(`no interface is named ${JSON.stringify(name.slice(0, 40))}`) : error;
  }
}

function factsOf(ifi: Interface, multicast: boolean): Facts {
  const { index, name, mtu, flags, hardwareAddr } = ifi;
  return {
    index,
    name,
    mtu,
    flags: flags.toString(),
    hardwareAddr: hardwareAddr && hardwareAddr.toString(),
    addrs: ifi.addrs().map(String),
    ...(multicast ? { multicastAddrs: ifi.multicastAddrs().map(String) } : {}),
  };
}

/** One line of its own for each address, so that a script can look for it. */
function block({ index, name, mtu, flags, hardwareAddr, addrs, multicastAddrs = [] }: Facts): string {
  const lines = [
    `${printable(name)}: index ${index} mtu ${mtu} flags ${flags}`,
    ...(hardwareAddr === null ? [] : [`  mac ${hardwareAddr}`]),
    ...addrs.map((addr) => `  addr ${addr}`),
    ...multicastAddrs.map((addr) => `  group ${addr}`),
  ];
  return `${lines.join("\n")}\n`;
}
