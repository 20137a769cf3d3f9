// bash(1) "Programmable Completion", zshcompsys(1), complete(1) of fish
import type { Completion, Option, Options } from "./page.js";

/** What a shell has to know of a command. */
export interface Tool {
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  readonly arguments: Completion;
}

const PROGRAM = "rawconn";
const flagsOf = (long: string, { short }: Option) => [
  ...(short === undefined ? [] : [`-${short}`]),
  `--${long}`,
];
const INTERFACES = "/sys/class/net";

/** A script for bash. */
export function bash(tools: readonly Tool[]): string {
  return `# bash completion of ${PROGRAM}
_${PROGRAM}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${tools.map(({ name }) => name).join(" ")} --help --version" -- "$cur"))
    return
  fi
  case \${COMP_WORDS[1]} in
${tools.map(bashTool).join("\n")}
  esac
}
complete -F _${PROGRAM} ${PROGRAM}
`;
}

function bashTool({ name, options, arguments: words }: Tool): string {
  const rows = Object.entries(options);
  const values = rows.flatMap(([long, option]) => {
    if (option.value === undefined) return [];
    const offer = option.choices === undefined ? "" : `COMPREPLY=(${bashWords(option.choices)}); `;
    return [`        ${flagsOf(long, option).join(" | ")}) ${offer}return ;;`];
  });
  const flags = rows.flatMap(([long, option]) => flagsOf(long, option)).join(" ");
  return [
    `    ${name})`,
    ...(values.length === 0 ? [] : ["      case $prev in", ...values, "      esac"]),
    `      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "${flags}" -- "$cur"))`,
    `      else COMPREPLY=(${bashWords(words)}); fi ;;`,
  ].join("\n");
}

function bashWords(words: Completion): string {
  if (words === "file") return '$(compgen -f -- "$cur")';
  if (words === "host") return '$(compgen -A hostname -- "$cur")';
  // `compgen -W` expands what it is given: a name that means something to a shell would be carried out.
  const names = `$(ls ${INTERFACES} 2>/dev/null | grep -x '[[:alnum:]._@-]*')`;
  const list = words === "interface" ? names : words.join(" ");
  return `$(compgen -W "${list}" -- "$cur")`;
}

/** A script for zsh. */
export function zsh(tools: readonly Tool[]): string {
  const commands = tools.map(({ name, summary }) => `      ${zshQuoted(`${name}:${zshPlain(summary)}`)}`);
  return `#compdef ${PROGRAM}
# zsh completion of ${PROGRAM}
_${PROGRAM}() {
  local -a commands
  if ((CURRENT == 2)); then
    commands=(
${commands.join("\n")}
    )
    _describe command commands
    return
  fi
  local name=$words[2]
  shift words
  ((CURRENT--))
  case $name in
${tools.map(zshTool).join("\n")}
  esac
}
if [[ $funcstack[1] == _${PROGRAM} ]]; then _${PROGRAM} "$@"; else compdef _${PROGRAM} ${PROGRAM}; fi
`;
}

function zshTool({ name, options, arguments: words }: Tool): string {
  const rows = Object.entries(options).map(([long, option]) => {
    const flags = flagsOf(long, option);
    const value = option.value === undefined ? "" : `:${option.value}:${zshWords(option.choices)}`;
    const rest = zshQuoted(`[${zshPlain(option.text)}]${value}`);
    const group = flags.length > 1 ? `'(${flags.join(" ")})'{${flags.join(",")}}` : flags[0];
    return `        ${group}${rest} \\`;
  });
  return [`    ${name})`, "      _arguments -s \\", ...rows, `        '*:word:${zshWords(words)}' ;;`].join(
    "\n",
  );
}

function zshWords(words: Completion | undefined): string {
  if (words === undefined) return " ";
  if (words === "file") return "_files";
  if (words === "host") return "_hosts";
  return words === "interface" ? "_net_interfaces" : `(${words.join(" ")})`;
}

// Brackets and colons have a meaning within a specification.
const zshPlain = (text: string) => text.replace(/[[\]:\\]/g, String.raw`\$&`);
const zshQuoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** A script for fish. */
export function fish(tools: readonly Tool[]): string {
  const lines = tools.map(
    ({ name, summary }) =>
      `complete -c ${PROGRAM} -n __fish_use_subcommand -f -a ${name} -d ${fishQuoted(summary)}`,
  );
  return [`# fish completion of ${PROGRAM}`, ...lines, ...tools.flatMap(fishTool), ""].join("\n");
}

function fishTool({ name, options, arguments: words }: Tool): string[] {
  const begin = `complete -c ${PROGRAM} -n '__fish_seen_subcommand_from ${name}'`;
  const rows = Object.entries(options).map(([long, { short, value, text, choices }]) => {
    const flags = `${short === undefined ? "" : `-s ${short} `}-l ${long}`;
    const takes = value === undefined ? "" : choices === "file" ? " -r" : ` -x${fishWords(choices)}`;
    return `${begin} ${flags}${takes} -d ${fishQuoted(text)}`;
  });
  return [`${begin} -f${fishWords(words)}`, ...rows];
}

function fishWords(words: Completion | undefined): string {
  if (words === undefined || words === "file") return "";
  if (words === "host") return " -a '(__fish_print_hostnames)'";
  return words === "interface" ? ` -a '(ls ${INTERFACES})'` : ` -a ${fishQuoted(words.join(" "))}`;
}

const fishQuoted = (text: string) => `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
