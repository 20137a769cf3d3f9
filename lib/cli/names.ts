import { defaultResolver, type IPAddr } from "../index.js";
import { printable } from "./terminal.js";

// Whoever waits for a line of output does not wait for a name longer than this, in milliseconds.
const PATIENCE = 2000;

/** The names of addresses, each looked up once, and in the background: nobody has to wait who does not want to. */
export class Names {
  readonly #looked = new Map<string, Promise<string | null>>();
  readonly #known = new Map<string, string>();
  readonly #numeric: boolean;
  readonly #over = new AbortController();

  /** @param numeric whether to look up nothing at all. */
  constructor(numeric: boolean) {
    this.#numeric = numeric;
  }

  /** The name of an address; null when it has none, or nobody told in time. */
  of({ ip }: IPAddr): Promise<string | null> {
    if (this.#numeric || ip === null) return Promise.resolve(null);
    const text = ip.toString();
    let looked = this.#looked.get(text);
    if (looked === undefined) {
      looked = this.#look(text);
      this.#looked.set(text, looked);
    }
    return looked;
  }

  /** The same as far as it is known by now; undefined before. */
  known(addr: IPAddr): string | undefined {
    void this.of(addr);
    return this.#known.get(addr.ip?.toString() ?? "");
  }

  /** Whoever waits for a name gets none any more. */
  giveUp(): void {
    this.#over.abort();
  }

  async #look(text: string): Promise<string | null> {
    const signal = AbortSignal.any([this.#over.signal, AbortSignal.timeout(PATIENCE)]);
    try {
      const [name] = await defaultResolver.lookupAddr(text, { signal });
      if (name === undefined) return null;
      const plain = printable(name.replace(/\.$/, ""));
      this.#known.set(text, plain);
      return plain;
    } catch {
      // No name, or no server that could tell: the address says it all.
      return null;
    }
  }
}
