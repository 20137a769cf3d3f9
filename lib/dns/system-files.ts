// Go: net/dnsclient_unix.go (resolverConfig.tryUpdate), net/hosts.go (readHosts), net/nss.go (nssConfig.tryUpdate)
import { existsSync, readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { Hosts } from "./hosts.js";
import { type NSS, parseNSS } from "./nsswitch.js";
import type { ReadError } from "./order.js";
import { parseResolvConf, type ResolvConf } from "./resolv-conf.js";

/** Where the system's files are. @internal Tests have files of their own. */
export const paths = {
  resolvConf: "/etc/resolv.conf",
  hosts: "/etc/hosts",
  nsswitch: "/etc/nsswitch.conf",
  mdnsAllow: "/etc/mdns.allow",
  services: "/etc/services",
  protocols: "/etc/protocols",
};

/** How long what was read is taken for true, in milliseconds. */
export const MAX_AGE = 5000;

/** Something that a file says, read again when the file has changed, which is looked at every five seconds at most. */
export class FileCache<T> {
  readonly #path: () => string;
  readonly #parse: (text: string, error: ReadError) => T;
  readonly #isFinal: (value: T) => boolean;
  #value: T | undefined;
  #looked = -Infinity;
  #stamp = "";

  constructor(
    path: () => string,
    parse: (text: string, error: ReadError) => T,
    isFinal: (value: T) => boolean = () => false,
  ) {
    this.#path = path;
    this.#parse = parse;
    this.#isFinal = isFinal;
  }

  /** What the file says; what it would say empty, where it cannot be read. `now`: in epoch milliseconds. */
  get(now = Date.now()): T {
    const value = this.#value;
    // A clock that was set back must not make this last for ever.
    const fresh = now >= this.#looked && now - this.#looked < MAX_AGE;
    if (value !== undefined && (fresh || this.#isFinal(value))) return value;
    this.#looked = now;
    const stamp = stampOf(this.#path());
    if (value !== undefined && stamp === this.#stamp) return value;
    this.#stamp = stamp;
    return (this.#value = this.#read());
  }

  #read(): T {
    try {
      return this.#parse(readFileSync(this.#path(), "utf8"), null);
    } catch (error) {
      return this.#parse("", (error as NodeJS.ErrnoException).code ?? "EIO");
    }
  }

  /** Forgets what was read. @internal For tests, which do not wait. */
  forget(): void {
    this.#value = undefined;
  }
}

function stampOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "EIO";
  }
}

/** resolv.conf, and where to begin when its servers are asked in turn. */
export interface DNSConfig extends ResolvConf {
  error: ReadError;
  rotation: number;
}

/** resolv.conf(5) of this system. */
export const dnsConfig = new FileCache<DNSConfig>(
  () => paths.resolvConf,
  (text, error) => ({ ...parseResolvConf(text, hostname()), error, rotation: 0 }),
  ({ noReload }) => noReload,
);

/** hosts(5) of this system. */
export const hosts = new FileCache<Hosts>(
  () => paths.hosts,
  (text) => new Hosts(text),
);

/** nsswitch.conf, and why it could not be read. */
export interface NSSFile {
  nss: NSS;
  error: ReadError;
}

/** nsswitch.conf(5) of this system. */
export const nss = new FileCache<NSSFile>(
  () => paths.nsswitch,
  (text, error) => ({ nss: parseNSS(text), error }),
);

/** Whether names other than those in `.local` may be asked of the neighbours. */
export const hasMDNSAllow = (): boolean => existsSync(paths.mdnsAllow);
