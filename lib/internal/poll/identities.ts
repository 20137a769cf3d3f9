import { fstatSync } from "node:fs";

/**
 * Which file of the kernel stands behind each slot's number, so that a number that somebody else has closed, and that is
 * another's by now, is found out. It costs a microsecond when a descriptor is opened and again when it is closed, so
 * it is for those who debug.
 */
export class Identities {
  readonly #known: Map<number, string> | null;

  constructor(enabled: boolean) {
    this.#known = enabled ? new Map() : null;
  }

  /** Remembers what the number is now. */
  note(slot: number, fd: number): void {
    this.#known?.set(slot, identityOf(fd));
  }

  /** Whether it is still that, as far as anybody knows. */
  same(slot: number, fd: number): boolean {
    const known = this.#known?.get(slot);
    return known === undefined || known === identityOf(fd);
  }
}

// Sockets have numbers of their own for all their life: a new one never has that of one before.
function identityOf(fd: number): string {
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return "nothing";
  }
}
