/**
 * One websocket to signaling: messages both ways, and a ping that notices a dead connection sooner than
 * TCP would.
 */
import {
  PING_INTERVAL_MS,
  SUBPROTOCOL,
  type ClientMessage,
  type ServerMessage,
} from '../protocol.generated';

/** Two pings without an answer: the connection is dead. */
const DEAD_AFTER_MS = 2.5 * PING_INTERVAL_MS;

export interface SocketEvents {
  opened(): void;
  message(message: ServerMessage): void;
  /** The connection is gone, for whatever reason. Said once. */
  closed(): void;
}

export class SignalingSocket {
  private readonly socket: WebSocket;
  private readonly events: SocketEvents;
  private heardAt = performance.now();
  private pings = 0;
  private timer: ReturnType<typeof setInterval> | undefined;
  private done = false;

  constructor(events: SocketEvents) {
    this.events = events;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    this.socket = new WebSocket(`${scheme}://${location.host}/ws`, SUBPROTOCOL);
    this.socket.onopen = () => events.opened();
    this.socket.onmessage = (event) => this.receive(event.data);
    this.socket.onclose = () => this.finish();
    this.timer = setInterval(() => this.beat(), PING_INTERVAL_MS);
  }

  send(message: ClientMessage): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Closes without a word to anybody. */
  close(): void {
    this.done = true;
    clearInterval(this.timer);
    this.socket.close();
  }

  private receive(data: unknown): void {
    this.heardAt = performance.now();
    if (typeof data !== 'string' || this.done) return;
    this.events.message(JSON.parse(data) as ServerMessage);
  }

  private beat(): void {
    if (performance.now() - this.heardAt > DEAD_AFTER_MS) {
      this.socket.close();
      this.finish();
    } else {
      this.pings += 1;
      this.send({ type: 'ping', id: this.pings });
    }
  }

  private finish(): void {
    if (this.done) return;
    this.done = true;
    clearInterval(this.timer);
    this.events.closed();
  }
}
