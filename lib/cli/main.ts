#!/usr/bin/env node
// rawconn COMMAND ...: the table of commands, and what becomes of their errors.
import { type Command, UsageError } from "./command.js";
import { completionOf } from "./completion.js";
import { ifaces } from "./ifaces.js";
import { ping } from "./ping.js";
import { print, watchOutput } from "./print.js";
import { resolve } from "./resolve.js";
import { sweep } from "./sweep.js";
import { mindHangUp, printable } from "./terminal.js";
import { trace } from "./trace.js";
import version from "./version.cjs";

const tools: Readonly<Record<string, Command>> = { ping, sweep, trace, resolve, ifaces };
const commands: Readonly<Record<string, Command>> = { ...tools, completion: completionOf(tools) };

const EXIT_ERROR = 2;

function usage(): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  return [
    "rawconn COMMAND [ARGUMENTS]",
    "",
    ...rows,
    "",
    "`rawconn COMMAND --help` tells more of a command, `rawconn --version` which release this is.",
    "",
  ].join("\n");
}

function complain(who: string, error: unknown, statuses?: Command["statuses"]): number {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${who}: ${printable(text.split("\n", 1)[0]!)}\n`);
  return statuses?.[error instanceof UsageError ? "usage" : "failure"] ?? EXIT_ERROR;
}

async function main(name: string | undefined, args: string[]): Promise<number> {
  if (name === "--help" || name === "-h") return print(usage());
  if (name === "--version") return print(`rawconn ${version}\n`);
  if (name === undefined) return complain("rawconn", "expected a command; see `rawconn --help`");
  if (!Object.hasOwn(commands, name))
    return complain("rawconn", `unknown command "${name}"; see \`rawconn --help\``);
  const command = commands[name]!;
  try {
    return await command.run(args);
  } catch (error) {
    return complain(`rawconn ${name}`, error, command.statuses);
  }
}

// The process ends by itself when its work is done; the status is only left for that time.
async function start(): Promise<void> {
  const [name, ...args] = process.argv.slice(2);
  mindHangUp();
  let failure: number | null = null;
  watchOutput((error) => {
    failure ??= complain(`rawconn ${name}`, error, commands[name!]?.statuses);
    process.exitCode = failure;
  });
  const status = await main(name, args);
  process.exitCode = failure ?? status;
}

void start();
