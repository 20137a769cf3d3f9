import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "./command.js";
import type { Options, Page } from "./page.js";

type Split<O extends NonNullable<ParseArgsConfig["options"]>> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true }>
>;

/** Takes the options of a command from its arguments. Throws a UsageError that says which one is wrong. */
export function split<O extends NonNullable<ParseArgsConfig["options"]>>(
  command: string,
  args: string[],
  options: O,
): Split<O> {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${misuse(error as Error)}; see \`rawconn ${command} --help\``);
  }
}

/** The values of options: texts of those that have one, several of some, and whether a switch was given. */
export type Values<O extends Options> = {
  readonly [K in keyof O]?: O[K] extends { readonly multiple: true }
    ? string[]
    : O[K] extends { readonly value: string }
      ? string
      : boolean;
};

/** The same for a command whose options stand in its page. */
export function splitBy<O extends Options>(
  { name, options }: Page<O>,
  args: string[],
): { values: Values<O>; positionals: string[] } {
  const config = Object.entries(options).map(([long, { short, value, multiple = false }]) => {
    const type = value === undefined ? ("boolean" as const) : ("string" as const);
    return [long, { type, multiple, ...(short === undefined ? {} : { short }) }] as const;
  });
  const { values, positionals } = split(name, args, Object.fromEntries(config));
  return { values: values as Values<O>, positionals };
}

// What is wrong with an option, which Node's message has in its first quotes: '-c', '-c, --count <value>', '-Z'.
function misuse({ message }: Error): string {
  const option = /'(--?[\w-]+)/.exec(message)?.[1] ?? "an option";
  if (message.startsWith("Unknown option")) return `unknown option ${option}`;
  if (/does not take/.test(message)) return `${option} takes no value`;
  return `${option} needs a value, and none that begins with a dash`;
}
