// Plays the permission model of a Node that governs the network, before anything of the library is loaded.
const { allowedNodeEnvironmentFlags: flags } = process;
const has = (/** @type {string} */ flag) => flag === "--allow-net" || flags.has(flag);
Object.defineProperty(process, "allowedNodeEnvironmentFlags", { value: { has } });
Object.defineProperty(process, "permission", {
  value: { has: (/** @type {string} */ scope) => scope !== "net" },
});
