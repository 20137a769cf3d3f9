export { httpAgent, httpsAgent } from "./agents.js";
export { DuplexConn, type DuplexConnOptions, fromDuplex } from "./from-duplex.js";
export { type NodeServer, serve } from "./serve.js";
export type { StreamConn, StreamDialer, StreamListener } from "./stream-conn.js";
export { TLSConn, type TLSClientOptions, TLSListener, tlsClient, tlsServer } from "./tls.js";
export { ConnDuplex, toDuplex } from "./to-duplex.js";
export { type BridgeOptions, toSocket } from "./to-socket.js";
export { toWeb, type WebStreams } from "./web.js";
export {
  type UndiciCallback,
  undiciConnector,
  type UndiciDestination,
  type UndiciOptions,
} from "./undici.js";
