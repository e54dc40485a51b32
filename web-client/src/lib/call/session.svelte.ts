/**
 * One participant's call, from `hello` to the end, across lost networks and reloads.
 *
 * Signaling and media live apart: media flows on while the websocket is away, and an ICE restart goes
 * over a websocket that lives. When one cannot be mended alone, a new PeerConnection with a new websocket
 * takes the place of both; until it is in, the old one goes on playing.
 */
import { locale } from '../i18n/locale.svelte';
import { Peer, type Incoming } from '../media/peer';
import {
  VERSION,
  type By,
  type Credential,
  type EndReason,
  type ErrorCode,
  type Participant,
  type ScheduledVisit,
  type ServerMessage,
  type Visit,
  type Warning,
} from '../protocol.generated';
import { retryDelay } from '../signaling/retry';
import { SignalingSocket } from '../signaling/socket';
import { ServerClock } from './clock';

/** Media may stumble for so long before anything is done. */
const STUMBLE_MS = 2_000;
/** An ICE restart has so long to succeed. */
const RESTART_MS = 6_000;
/** `joined` may take so long on a connection that is open. */
const ANSWER_MS = 10_000;

export type Phase =
  | { name: 'connecting' }
  | { name: 'waiting' }
  | { name: 'live' }
  | { name: 'interrupted' }
  | { name: 'idle' }
  | { name: 'ended'; reason: EndReason; by: By; mayReturn: boolean }
  | { name: 'refused'; code: ErrorCode; message: string };

/** Whose call it is. */
export interface Identity {
  /** What to show at the door; asked anew for each attempt. */
  credential(): Credential;
  /** A grant to come back with. */
  granted(grant: string, visit: Visit): void;
  /** The grant is of no use any more. `true`: there is something else to try. */
  grantRefused(): boolean;
  /** A terminal sends its offer only when called, and goes back to idling. */
  terminal: boolean;
}

const PASSING: readonly ErrorCode[] = ['busy', 'unavailable', 'hello_timeout', 'too_fast'];

export class CallSession {
  phase = $state<Phase>({ name: 'connecting' });
  visit = $state<Visit | null>(null);
  facility = $state('');
  terminalName = $state('');
  schedule = $state<ScheduledVisit[]>([]);
  seat = $state<number | null>(null);
  participants = $state<Participant[]>([]);
  incoming = $state.raw<Incoming[]>([]);
  speaking = $state<number | null>(null);
  endsAtMs = $state<number | null>(null);
  warning = $state<Warning | null>(null);
  mic = $state(true);
  camera = $state(true);
  /** From `start` to the first picture of somebody else, ms. */
  firstFrameMs = $state<number | null>(null);
  readonly clock = new ServerClock();

  private socket: SignalingSocket | null = null;
  private peer: Peer | null = null;
  /** A PeerConnection that is not in the call yet. */
  private next: Peer | null = null;
  private attempt = 0;
  private notBeforeMs = 0;
  private startedAt = 0;
  private over = false;
  private stumble: ReturnType<typeof setTimeout> | undefined;
  private restart: ReturnType<typeof setTimeout> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;
  private answer: ReturnType<typeof setTimeout> | undefined;
  private readonly online = (): void => this.mediaDisturbed(0);

  constructor(
    private readonly identity: Identity,
    private local: MediaStream,
  ) {
    this.mic = local.getAudioTracks().length > 0;
    this.camera = local.getVideoTracks().length > 0;
  }

  /** Goes to the door. */
  start(): void {
    this.startedAt = performance.now();
    this.over = false;
    addEventListener('online', this.online);
    void this.knock();
  }

  setMic(on: boolean): void {
    this.mic = on;
    this.local.getAudioTracks().forEach((track) => (track.enabled = on));
    this.tellMedia();
  }

  setCamera(on: boolean): void {
    this.camera = on;
    this.local.getVideoTracks().forEach((track) => (track.enabled = on));
    this.tellMedia();
  }

  /** Sends with another track from now on: the other camera, or one that came back. */
  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    const video = track.kind === 'video';
    for (const old of video ? this.local.getVideoTracks() : this.local.getAudioTracks()) {
      old.stop();
      this.local.removeTrack(old);
    }
    track.enabled = video ? this.camera : this.mic;
    this.local.addTrack(track);
    for (const peer of [this.peer, this.next]) {
      await (video ? peer?.replaceVideo(track) : peer?.replaceAudio(track));
    }
  }

  /** Hangs up. */
  leave(): void {
    this.socket?.send({ type: 'leave' });
  }

  /** A terminal has shown the end for long enough. */
  rest(): void {
    if (this.phase.name === 'ended') this.phase = { name: 'idle' };
  }

  /** Ends everything here without a word: the page is going. */
  stop(): void {
    this.over = true;
    removeEventListener('online', this.online);
    this.clearTimers();
    this.socket?.close();
    this.closeMedia();
  }

  /** Says that a picture of somebody else is on the screen. */
  pictureShown(): void {
    this.firstFrameMs ??= performance.now() - this.startedAt;
  }

  private async knock(): Promise<void> {
    this.socket?.close();
    this.next?.close();
    this.next = null;
    const credential = this.identity.credential();
    let offer: string | undefined;
    if (!this.identity.terminal) {
      this.next = new Peer(this.local);
      offer = await this.next.offer();
    }
    if (this.over) return;
    this.socket = new SignalingSocket(
      {
        type: 'hello',
        version: VERSION,
        credential,
        ...(offer === undefined ? {} : { offer }),
        locale: locale(),
        mic: this.mic,
        camera: this.camera,
      },
      { message: (message) => this.receive(message), closed: () => this.knockAgain() },
    );
    if (!this.identity.terminal) this.expectAnswer();
  }

  private knockAgain(): void {
    if (this.over) return;
    clearTimeout(this.answer);
    clearTimeout(this.again);
    if (this.phase.name === 'live' && !this.mediaFlows()) this.phase = { name: 'interrupted' };
    const delay = retryDelay(this.attempt, Math.random(), this.notBeforeMs);
    this.attempt += 1;
    this.notBeforeMs = 0;
    this.again = setTimeout(() => void this.knock(), delay);
  }

  private expectAnswer(): void {
    clearTimeout(this.answer);
    this.answer = setTimeout(() => {
      this.socket?.close();
      this.knockAgain();
    }, ANSWER_MS);
  }

  private receive(message: ServerMessage): void {
    if ('now_ms' in message) this.clock.learn(message.now_ms);
    switch (message.type) {
      case 'waiting':
        clearTimeout(this.answer);
        this.attempt = 0;
        this.visit = message.visit;
        this.phase = { name: 'waiting' };
        break;
      case 'idle':
        this.attempt = 0;
        this.facility = message.facility;
        this.terminalName = message.terminal;
        this.schedule = message.visits;
        if (this.phase.name !== 'ended') this.phase = { name: 'idle' };
        break;
      case 'call':
        this.visit = message.visit;
        this.endsAtMs = message.visit.ends_at_ms;
        if (this.phase.name === 'ended') this.phase = { name: 'connecting' };
        void this.sendOffer();
        break;
      case 'joined':
        void this.joined(message);
        break;
      case 'roster':
        this.participants = message.participants;
        break;
      case 'speaking':
        this.speaking = message.seat;
        break;
      case 'time':
        this.endsAtMs = message.ends_at_ms;
        if (message.warning) this.warning = message.warning;
        break;
      case 'ended':
        this.ended(message.reason, message.by, message.may_return);
        break;
      case 'error':
        this.refused(message.code, message.message, message.retry_after_ms);
        break;
    }
  }

  /** A terminal is called, or media is to be taken up anew over a websocket that lives. */
  private async sendOffer(): Promise<void> {
    this.next?.close();
    this.next = new Peer(this.local);
    this.socket?.send({ type: 'offer', sdp: await this.next.offer() });
    this.expectAnswer();
  }

  private async joined(message: Extract<ServerMessage, { type: 'joined' }>): Promise<void> {
    clearTimeout(this.answer);
    const peer = this.next ?? this.peer;
    if (!peer) return;
    this.attempt = 0;
    this.visit = message.visit;
    this.seat = message.seat;
    if (message.grant) this.identity.granted(message.grant, message.visit);
    try {
      await peer.answer(message.answer);
    } catch {
      this.socket?.close();
      this.knockAgain();
      return;
    }
    if (peer !== this.next) return;
    this.next = null;
    this.peer?.close();
    this.peer = peer;
    this.incoming = peer.incoming(message);
    peer.connection.onconnectionstatechange = () => this.mediaChanged();
    this.mediaChanged();
    this.tellMedia();
  }

  private mediaFlows(): boolean {
    return this.peer?.connection.connectionState === 'connected';
  }

  private mediaChanged(): void {
    const state = this.peer?.connection.connectionState;
    if (this.over || this.phase.name === 'ended') return;
    if (state === 'connected') {
      clearTimeout(this.stumble);
      clearTimeout(this.restart);
      this.phase = { name: 'live' };
    } else if (state === 'disconnected') {
      this.mediaDisturbed(STUMBLE_MS);
    } else if (state === 'failed') {
      this.mediaLost();
    }
  }

  private mediaDisturbed(afterMs: number): void {
    clearTimeout(this.stumble);
    this.stumble = setTimeout(() => {
      if (!this.peer || this.phase.name === 'ended') return;
      if (!this.mediaFlows()) this.phase = { name: 'interrupted' };
      void this.restartIce();
    }, afterMs);
  }

  private async restartIce(): Promise<void> {
    if (!this.peer) return;
    this.socket?.send({ type: 'offer', sdp: await this.peer.offer(true) });
    clearTimeout(this.restart);
    this.restart = setTimeout(() => {
      if (!this.mediaFlows()) this.mediaLost();
    }, RESTART_MS);
  }

  private mediaLost(): void {
    clearTimeout(this.restart);
    this.phase = { name: 'interrupted' };
    this.socket?.close();
    this.knockAgain();
  }

  private ended(reason: EndReason, by: By, mayReturn: boolean): void {
    if (reason === 'media_failed' || reason === 'server_stopping') {
      this.phase = { name: 'interrupted' };
      if (reason === 'server_stopping' || !this.identity.terminal) {
        this.socket?.close();
        this.knockAgain();
      }
      return;
    }
    this.phase = { name: 'ended', reason, by, mayReturn };
    this.clearTimers();
    this.closeMedia();
    if (!this.identity.terminal || reason === 'replaced') {
      this.over = true;
      removeEventListener('online', this.online);
      this.socket?.close();
    }
  }

  private refused(code: ErrorCode, message: string, retryAfterMs = 0): void {
    clearTimeout(this.answer);
    const grantOnly = code === 'grant_not_valid' || code === 'grant_superseded';
    if (PASSING.includes(code) || (grantOnly && this.identity.grantRefused())) {
      this.notBeforeMs = retryAfterMs;
      return;
    }
    if (code === 'grant_over') {
      this.ended('slot_ended', 'system', false);
      return;
    }
    this.phase = { name: 'refused', code, message };
    this.stop();
  }

  private tellMedia(): void {
    this.socket?.send({ type: 'media', mic: this.mic, camera: this.camera });
  }

  private clearTimers(): void {
    for (const timer of [this.stumble, this.restart, this.again, this.answer]) clearTimeout(timer);
  }

  private closeMedia(): void {
    this.peer?.close();
    this.next?.close();
    this.peer = null;
    this.next = null;
    this.incoming = [];
    this.speaking = null;
    this.warning = null;
  }
}
