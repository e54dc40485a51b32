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

/** So many pings in a row without an answer: the connection is dead. */
const UNANSWERED = 2;

export interface SocketEvents {
  opened(): void;
  message(message: ServerMessage): void;
  /** The connection is gone, for whatever reason. Said once. */
  closed(): void;
}

export class SignalingSocket {
  private readonly socket: WebSocket;
  private readonly events: SocketEvents;
  private unanswered = 0;
  private pings = 0;
  private readonly timer: ReturnType<typeof setInterval>;
  private done = false;
  /** A device that slept asks at once what time it is: its own clock may have stood still. */
  private readonly seen = (): void => {
    if (!document.hidden) this.ping();
  };

  constructor(events: SocketEvents) {
    this.events = events;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    this.socket = new WebSocket(`${scheme}://${location.host}/ws`, SUBPROTOCOL);
    this.socket.onopen = () => events.opened();
    this.socket.onmessage = (event) => this.receive(event.data);
    this.socket.onclose = () => this.finish();
    this.timer = setInterval(() => this.beat(), PING_INTERVAL_MS);
    document.addEventListener('visibilitychange', this.seen);
  }

  send(message: ClientMessage): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Closes without a word to anybody. */
  close(): void {
    this.done = true;
    clearInterval(this.timer);
    document.removeEventListener('visibilitychange', this.seen);
    this.socket.close();
  }

  private receive(data: unknown): void {
    this.unanswered = 0;
    if (typeof data !== 'string' || this.done) return;
    this.events.message(JSON.parse(data) as ServerMessage);
  }

  private beat(): void {
    if (this.unanswered >= UNANSWERED) return this.finish();
    this.unanswered += 1;
    this.ping();
  }

  private ping(): void {
    this.pings += 1;
    this.send({ type: 'ping', id: this.pings });
  }

  private finish(): void {
    if (this.done) return;
    this.close();
    this.events.closed();
  }
}
