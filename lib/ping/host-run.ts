import type { Addr, IPAddr } from "../addr/index.js";
import { Run } from "./run.js";
import { resolveTarget, type TargetSettings } from "./target.js";

/** What a run sends by. */
export interface Sender {
  readonly localAddr: Addr | null;
  /** Whether it is a raw socket. */
  readonly privileged: boolean;
  close(): void;
}

/** A run that has to do with one host. */
export abstract class HostRun<E, S extends Sender> extends Run<E> {
  /** Whom it is about, as it was given. */
  readonly target: string;
  readonly #settings: TargetSettings;
  #opening: Promise<this> | null = null;
  #addr: IPAddr | null = null;
  #sender: S | null = null;
  #started = false;

  /** @internal */
  constructor(target: string, settings: TargetSettings) {
    super(settings.signal);
    this.target = target;
    this.#settings = settings;
  }

  /** The address that the target has; null before the run is open. */
  get addr(): IPAddr | null {
    return this.#addr;
  }

  /** Where it sends from, as far as that is one place and decided; null before the run is open. */
  get localAddr(): Addr | null {
    return this.#sender?.localAddr ?? null;
  }

  /** Whether a raw socket is used, for want of an unprivileged one; null before the run is open. */
  get privileged(): boolean | null {
    return this.#sender?.privileged ?? null;
  }

  /** @internal What it sends by; null before it is open. */
  protected get sender(): S | null {
    return this.#sender;
  }

  /** @internal Whether somebody has asked what happens. */
  protected get started(): boolean {
    return this.#started;
  }

  /**
   * Looks the name up and opens a socket, without sending anything. Rejects with a PermissionError (`EPERM`, `EACCES`)
   * that says what to do when no ICMP socket is allowed; a DNSError; an OpError `listen`; `ABORT_ERR`.
   */
  open(): Promise<this> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** The next event; the first call opens the run and begins to send. Rejects as {@link open}, or with `ABORT_ERR`. */
  async next(): Promise<IteratorResult<E, void>> {
    if (!this.ended) await this.open();
    if (!this.#started && !this.ended) {
      this.#started = true;
      this.start();
    }
    return this.events.next();
  }

  /** @internal Opens what it sends by. */
  protected abstract openSender(to: IPAddr): Promise<S>;

  /** @internal Begins to send. */
  protected abstract start(): void;

  protected override release(): void {
    this.#sender?.close();
  }

  async #open(): Promise<this> {
    if (this.ended) return this;
    try {
      this.heed();
      this.#addr = await resolveTarget(this.target, this.#settings);
      const sender = await this.openSender(this.#addr);
      // It may have been stopped or aborted meanwhile.
      if (this.ended) sender.close();
      else this.#sender = sender;
      this.checkAborted();
      return this;
    } catch (error) {
      this.end(null);
      throw error;
    }
  }
}
