// Go: net/hosts.go; hosts(5)
import { joinIPZone, parseIPZone } from "../addr/zone.js";
import { absDomainName, lower } from "./domain-name.js";
import { fieldsOf, linesOf } from "./fields.js";

/** What the hosts file says of a name. */
export interface Host {
  /** Its addresses, in the order of the file. */
  addrs: string[];
  /** The first name on the first line that has it. */
  canonical: string;
}

/** The hosts file, read. */
export class Hosts {
  readonly #byName = new Map<string, Host>();
  readonly #byAddr = new Map<string, string[]>();

  constructor(text: string) {
    for (const line of linesOf(text)) this.#read(fieldsOf(line));
  }

  /** What is known of a name, be it rooted or not, in large letters or small. Go: net.lookupStaticHost. */
  host(name: string): Host | null {
    const host = this.#byName.get(keyOf(name));
    return host === undefined ? null : { ...host, addrs: [...host.addrs] };
  }

  /** The names of an address, rooted where they have a dot. Go: net.lookupStaticAddr. */
  names(addr: string): string[] {
    return [...(this.#byAddr.get(normal(addr)) ?? [])];
  }

  #read([literal = "", ...names]: string[]): void {
    const addr = normal(literal);
    if (addr === "") return;
    const canonical = absDomainName(lower(names[0] ?? ""));
    for (const name of names) {
      append(this.#byAddr, addr, absDomainName(name));
      const key = keyOf(name);
      const host = this.#byName.get(key);
      if (host === undefined) this.#byName.set(key, { addrs: [addr], canonical });
      else host.addrs.push(addr);
    }
  }
}

// However a name is written, it is the same.
const keyOf = (name: string) => lower(name).replace(/\.$/, "");

// However an address is written, it is the same; "" for what is none.
function normal(literal: string): string {
  const found = parseIPZone(literal);
  return found === null ? "" : joinIPZone(found.ip, found.zone);
}

function append(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
