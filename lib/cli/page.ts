// What a command says of itself: one table makes its help, its page in docs/ and its completions.

/** An option, under its long name. */
export interface Option {
  readonly short?: string;
  /** What its value is called; none for a switch. */
  readonly value?: string;
  /** What it does: a phrase that begins with a verb. */
  readonly text: string;
  /** The values that it takes, where they are few; or what kind of thing to look for. */
  readonly choices?: Completion;
  /** Whether it may be given more than once. */
  readonly multiple?: true;
}

/** What a shell may offer for a word. */
export type Completion = readonly string[] | "file" | "interface" | "host";

/** Options by their long names. */
export type Options = Readonly<Record<string, Option>>;

/** All that there is to say of a command. */
export interface Page<O extends Options = Options> {
  readonly name: string;
  /** What stands behind the name: `[OPTIONS] HOST ...`. */
  readonly usage: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** The same at length: paragraphs. */
  readonly about: readonly string[];
  readonly options: O;
  /** What else there is to know: paragraphs. */
  readonly notes: readonly string[];
  /** A command line, and what it is good for. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** Exit statuses and what they mean. */
  readonly exits: readonly (readonly [status: number, meaning: string])[];
  /** What its arguments are, for completion. */
  readonly arguments: Completion;
}

const WIDTH = 110;

/** Makes lines of a text, none longer than there is room; those after the first begin with `indent` spaces. */
export function wrap(text: string, indent = 0, width = WIDTH): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (indent + line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${" ".repeat(indent)}`);
}

/** `-c, --count N`, with room for the short one where there is none. */
export function flagOf(name: string, { short, value }: Option): string {
  const long = `--${name}${value === undefined ? "" : ` ${value}`}`;
  return short === undefined ? `    ${long}` : `-${short}, ${long}`;
}

// Rows of two columns, the second one wrapped.
function columns(rows: (readonly [string, string])[]): string {
  const indent = Math.max(...rows.map(([left]) => left.length)) + 4;
  return rows.map(([left, right]) => `  ${left.padEnd(indent - 2)}${wrap(right, indent)}\n`).join("");
}

/** What `rawconn NAME --help` prints. */
export function helpOf({ name, usage, about, options, notes, examples, exits }: Page): string {
  const flags = Object.entries(options).map(([long, option]) => [flagOf(long, option), option.text] as const);
  return [
    `rawconn ${name} ${usage}\n`,
    ...about.map((text) => `${wrap(text)}\n`),
    columns(flags),
    ...notes.map((text) => `${wrap(text)}\n`),
    ...(examples.length === 0 ? [] : [examplesIn(examples)]),
    `${wrap(`Exit status: ${exits.map(([status, meaning]) => `${status} ${meaning}`).join(", ")}.`)}\n`,
  ].join("\n");
}

function examplesIn(examples: Page["examples"]): string {
  return `Examples:\n${examples.map(([command, meaning]) => `  ${command}\n      ${meaning}\n`).join("")}`;
}

/** Its page in docs/, in Markdown, with the headings of a manual page. */
export function markdownOf({ name, usage, summary, about, options, notes, examples, exits }: Page): string {
  const flags = Object.entries(options).map(
    ([long, option]) => `| \`${flagOf(long, option).trim()}\` | ${option.text.replaceAll("|", "\\|")} |`,
  );
  return [
    `# rawconn ${name}\n`,
    `## Name\n\n\`rawconn ${name}\`: ${summary}.\n`,
    `## Synopsis\n\n\`\`\`\nrawconn ${name} ${usage}\n\`\`\`\n`,
    `## Description\n\n${about.map((text) => wrap(text)).join("\n\n")}\n`,
    ["## Options\n", "| option | |", "|---|---|", ...flags, ""].join("\n"),
    ...(notes.length === 0 ? [] : [`## Notes\n\n${notes.map((text) => wrap(text)).join("\n\n")}\n`]),
    ...(examples.length === 0 ? [] : [exampleText(examples)]),
    `## Exit status\n\n${exits.map(([status, meaning]) => `* ${status} ${meaning}`).join("\n")}\n`,
  ].join("\n");
}

function exampleText(examples: Page["examples"]): string {
  const lines = examples.map(([command, meaning]) => `# ${meaning}\n${command}`);
  return `## Examples\n\n\`\`\`sh\n${lines.join("\n\n")}\n\`\`\`\n`;
}

// A line of a help text: `  -c, --count N  how many`.
const HELP_LINE = /^ {2}(?:-(?<short>\w), | {4})--(?<long>[\w-]+)(?: (?<value>[A-Z]\S*))? {2,}(?<text>.*)$/gm;

/** The options that a help text tells of, for a command that has no page. Of a longer text the first line is taken. */
export function optionsIn(help: string): Options {
  const rows = [...help.matchAll(HELP_LINE)].map(({ groups = {} }) => {
    const { short, long = "", value, text = "" } = groups;
    return [long, { ...(short && { short }), ...(value && { value }), text }] as const;
  });
  return Object.fromEntries(rows);
}
