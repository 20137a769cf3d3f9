import { ErrNoSuchInterface, type Interface, interfaceByName, interfaces, OpError } from "../index.js";
import { split } from "./arguments.js";
import { type Command, UsageError } from "./command.js";
import { print } from "./print.js";

const help = `rawconn ifaces [OPTIONS] [NAME ...]

Tells of the network interfaces of this host, or of those that are named.

  -m, --multicast  show the multicast groups, too
  -j, --json       print one JSON array, with the same facts
  -h, --help       this text

Exit status: 0, or 2 for an error, such as a name that no interface has.
`;

const options = {
  multicast: { type: "boolean", short: "m" },
  json: { type: "boolean", short: "j" },
  help: { type: "boolean", short: "h" },
} as const;

/** `rawconn ifaces [NAME ...]`. */
export const ifaces: Command = {
  summary: "tell of the network interfaces of this host",
  async run(args) {
    const { values, positionals } = split("ifaces", args, options);
    if (values.help) return print(help);
    const found = positionals.length === 0 ? interfaces() : positionals.map(named);
    const facts = found.map((ifi) => factsOf(ifi, values.multicast ?? false));
    return print(values.json ? `${JSON.stringify(facts, null, 2)}\n` : facts.map(block).join(""));
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
    `${name}: index ${index} mtu ${mtu} flags ${flags}`,
    ...(hardwareAddr === null ? [] : [`  mac ${hardwareAddr}`]),
    ...addrs.map((addr) => `  addr ${addr}`),
    ...multicastAddrs.map((addr) => `  group ${addr}`),
  ];
  return `${lines.join("\n")}\n`;
}
