import { splitBy } from "./arguments.js";
import { type Command, UsageError } from "./command.js";
import { bash, fish, type Tool, zsh } from "./completion-scripts.js";
import { quoted } from "./numbers.js";
import { helpOf, optionsIn, type Page } from "./page.js";
import { print } from "./print.js";

const shells = { bash, zsh, fish } as const;

const options = { help: { short: "h", text: "this text" } } as const;

/** What there is to say of `rawconn completion`. */
export const page: Page<typeof options> = {
  name: "completion",
  usage: "bash | zsh | fish",
  summary: "print what makes a shell complete the words of this program",
  about: [
    "Prints a script that a shell reads to complete commands, options, and their values: names of interfaces and hosts, " +
      "files, and words where there are few.",
  ],
  options,
  notes: [],
  examples: [
    ['eval "$(rawconn completion bash)"', "in ~/.bashrc"],
    ["rawconn completion zsh > ~/.zfunc/_rawconn", "where ~/.zfunc is in fpath"],
    ["rawconn completion fish > ~/.config/fish/completions/rawconn.fish", "for fish"],
  ],
  exits: [
    [0, "with the script"],
    [2, "for a shell that is none of these"],
  ],
  arguments: ["bash", "zsh", "fish"],
};

/** `rawconn completion SHELL`, for these commands and itself. */
export function completionOf(commands: Readonly<Record<string, Command>>): Command {
  return {
    summary: page.summary,
    page,
    async run(args) {
      const { values, positionals } = splitBy(page, args);
      if (values.help) return print(helpOf(page));
      const [shell = "", ...rest] = positionals;
      if (rest.length > 0 || !Object.hasOwn(shells, shell))
        throw new UsageError(`expected bash, zsh or fish, not ${quoted(positionals.join(" "))}`);
      const tools = [
        ...Object.entries(commands),
        ["completion", { summary: page.summary, page }] as const,
      ].map(toolOf);
      return print(shells[shell as keyof typeof shells](tools));
    },
  };
}

function toolOf([name, command]: readonly [string, Pick<Command, "summary" | "page" | "help">]): Tool {
  const { summary, page: its, help = "" } = command;
  return { name, summary, options: its?.options ?? optionsIn(help), arguments: its?.arguments ?? "host" };
}
