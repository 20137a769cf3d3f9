#!/usr/bin/env node
// rawconn COMMAND ...: the table of commands, and what becomes of their errors.
import { type Command, UsageError } from "./command.js";
import { completionOf } from "./completion.js";
import { ifaces } from "./ifaces.js";
import { ping } from "./ping.js";
import { resolve } from "./resolve.js";
import { sweep } from "./sweep.js";
import { printable } from "./terminal.js";
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

async function main([name, ...args]: string[]): Promise<number> {
  if (name === "--help" || name === "-h") {
    process.stdout.write(usage());
    return 0;
  }
  if (name === "--version") {
    process.stdout.write(`rawconn ${version}\n`);
    return 0;
  }
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
  process.exitCode = await main(process.argv.slice(2));
}

void start();
