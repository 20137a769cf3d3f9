import { NetError } from "../errors/index.js";
import { PermissionError } from "./permission-error.js";

const denied = new Set(["EPERM", "EACCES"]);
// A system without such sockets says so in one of these ways.
const absent = new Set(["EPROTONOSUPPORT", "ESOCKTNOSUPPORT", "EPROTOTYPE"]);

const codeOf = (error: unknown) => (error instanceof NetError ? error.code : "");

// An option may be refused by the same name: that is another story, and no other socket changes it.
function isDenied(error: unknown): boolean {
  return denied.has(codeOf(error)) && (error as { syscall?: string }).syscall === "socket";
}

/** The first socket that is allowed; the last way is a raw one. Rejects with a PermissionError when none is, or with what else went wrong. */
export async function firstAllowed<T>(ways: readonly (() => Promise<T>)[]): Promise<T> {
  for (const [i, open] of ways.entries()) {
    try {
      return await open();
    } catch (error) {
      const isLast = i === ways.length - 1;
      if (isLast && isDenied(error)) throw new PermissionError(error as NetError, i === 0);
      if (isLast || !(isDenied(error) || absent.has(codeOf(error)))) throw error;
    }
  }
  throw new Error("there is always a way to try");
}
