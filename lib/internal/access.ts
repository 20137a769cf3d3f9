// Node's permission model: present only under --permission. Native code is outside its reach, so the question is
// asked here, before any socket is made.
interface Permission {
  has(scope: string): boolean;
}

// Before Node 25 the model has no say in network use, and answers "no" to every scope that it does not know.
const governsNetwork = process.allowedNodeEnvironmentFlags.has("--allow-net");

/** Throws `ERR_ACCESS_DENIED` where Node runs under its permission model without leave to use the network. */
export function checkAccess(op: string, network: string): void {
  if (!governsNetwork) return;
  const permission = (process as { permission?: Permission }).permission;
  if (permission === undefined || permission.has("net")) return;
  const error = new Error(
    `${op} ${network}: Node's permission model forbids network use; allow it with --allow-net`,
  );
  throw Object.assign(error, { code: "ERR_ACCESS_DENIED", permission: "Net" });
}
