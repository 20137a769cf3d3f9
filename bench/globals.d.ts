// The few names of Bun and Deno that their contestants use; neither runtime is a dependency of this package.

interface BunSocket<Data> {
  data: Data;
  write(bytes: Uint8Array): number;
  end(): void;
  setNoDelay(on: boolean): boolean;
}

interface BunUDPSocket {
  port: number;
  send(bytes: Uint8Array, port: number, address: string): boolean;
}

declare const Bun: {
  listen<Data>(options: {
    hostname?: string;
    port?: number;
    unix?: string;
    data?: Data;
    socket: {
      open?(socket: BunSocket<Data>): void;
      data(socket: BunSocket<Data>, bytes: Uint8Array): void;
      drain?(socket: BunSocket<Data>): void;
      close?(socket: BunSocket<Data>): void;
      error?(socket: BunSocket<Data>, error: Error): void;
    };
  }): { port: number };
  udpSocket(options: {
    hostname: string;
    port: number;
    socket: {
      data(socket: BunUDPSocket, bytes: Uint8Array, port: number, address: string): void;
    };
  }): Promise<BunUDPSocket>;
  gc(synchronous: boolean): void;
};

interface DenoConn {
  read(bytes: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
  setNoDelay(on?: boolean): void;
}

interface DenoNetAddr {
  port: number;
}

interface DenoDatagramConn {
  addr: DenoNetAddr;
  receive(room: Uint8Array): Promise<[Uint8Array, DenoNetAddr]>;
  send(bytes: Uint8Array, addr: DenoNetAddr): Promise<number>;
}

declare const Deno: {
  listenDatagram(options: { transport: "udp"; hostname: string; port: number }): DenoDatagramConn;
  listen(options: { hostname: string; port: number }): AsyncIterable<DenoConn> & { addr: { port: number } };
};
