/**
 * One participant's call in the browser: the machine of `machine.ts`, with a websocket, PeerConnections and
 * a clock to carry out what it decides. A page reads the machine's state here; it is read anew after each
 * thing that happens.
 */
import { written } from '../i18n/locale.svelte';
import { Peer, type Incoming } from '../media/peer';
import { SoundWatch } from '../media/watch';
import type { Credential, IceServer, ViewTile } from '../protocol.generated';
import { SignalingSocket } from '../signaling/socket';
import { steadyNow } from './clock';
import type { Effect } from './events';
import { CallMachine } from './machine';

/** Browsers take a longer timer for one that is due at once. */
const LONGEST_TIMER_MS = 2 ** 30;

/** Whose call it is. */
export interface Identity {
  /** What to show at the door; asked anew for each attempt. */
  credential: () => Credential;
  /** A grant to come back with, and how long it is good for, ms. */
  granted: (grant: string, goodForMs: number) => void;
  /** The grant is of no use any more. */
  grantRefused: () => void;
  /** A terminal sends its offer only when called, and goes back to idling. */
  terminal: boolean;
  /** Sees to it that one has camera and microphone, before each connection of media. */
  devices?: () => Promise<void>;
}

export class CallSession {
  incoming = $state.raw<Incoming[]>([]);
  /** From `start` to the first picture of somebody else, ms. */
  firstFrameMs: number | null = null;
  /** The server's clock: the device's own may be wrong by hours, and nobody is to be late for it. */
  readonly clock = { now: (): number => steadyNow() + this.machine.clockOffsetMs };

  private readonly machine: CallMachine;
  private happened = $state(0);
  private socket: SignalingSocket | undefined;
  private peer: Peer | undefined;
  /** A PeerConnection that is not in the call yet, and the machine's number for it. */
  private next: Peer | undefined;
  private nextNumber = 0;
  private sound: SoundWatch | undefined;
  private startedAt = 0;
  private stopped = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly online = (): void => this.do((now) => this.machine.networkChanged(now));

  constructor(
    private readonly identity: Identity,
    private readonly local: MediaStream,
  ) {
    this.machine = new CallMachine({ ...identity, locale: written, random: Math.random });
    this.machine.send(local.getAudioTracks().length > 0, local.getVideoTracks().length > 0);
  }

  get phase() {
    return this.seen.phase;
  }
  get visit() {
    return this.seen.visit;
  }
  get idle() {
    return this.seen.idle;
  }
  get heardAt() {
    return this.seen.heardAt;
  }
  get seat() {
    return this.seen.seat;
  }
  get participants() {
    return this.seen.participants;
  }
  get speaking() {
    return this.seen.speaking;
  }
  get paused() {
    return this.seen.paused;
  }
  get endsAtMs() {
    return this.seen.endsAtMs;
  }
  /** How much was added to the visit for the time that it lost. */
  get timeAddedMs() {
    return this.seen.timeAddedMs;
  }
  get warning() {
    return this.seen.warning;
  }
  get mic() {
    return this.seen.sending.mic;
  }
  get camera() {
    return this.seen.sending.camera;
  }

  /** Goes to the door. */
  start(): void {
    this.startedAt = performance.now();
    addEventListener('online', this.online);
    this.do(() => this.machine.start());
  }

  setMic(on: boolean): void {
    this.local.getAudioTracks().forEach((track) => (track.enabled = on));
    this.do(() => this.machine.send(on, this.machine.sending.camera));
  }

  setCamera(on: boolean): void {
    this.local.getVideoTracks().forEach((track) => (track.enabled = on));
    this.do(() => this.machine.send(this.machine.sending.mic, on));
  }

  /** What another app took away is not being sent, whatever the person wants. */
  hold(mic: boolean, camera: boolean): void {
    this.do(() => this.machine.hold(mic, camera));
  }

  /** Sends with another track from now on: the other camera, or one that came back. */
  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    const video = track.kind === 'video';
    // It comes too late: the light of the camera goes out with the call.
    if (this.phase.name === 'ended') return track.stop();
    for (const old of video ? this.local.getVideoTracks() : this.local.getAudioTracks()) {
      old.stop();
      this.local.removeTrack(old);
    }
    track.enabled = video ? this.camera : this.mic;
    this.local.addTrack(track);
    for (const peer of [this.peer, this.next]) await peer?.replace(track);
  }

  /** How large the others are shown now, all of them that are. */
  look(tiles: ViewTile[]): void {
    this.do((now) => this.machine.look(tiles, now));
  }

  /** Hangs up. */
  leave(): void {
    this.do(() => this.machine.leave());
  }

  /** A terminal has shown the end for long enough. */
  rest(): void {
    this.do(() => this.machine.rest());
  }

  /** Ends everything here without a word: the page is going. */
  stop(): void {
    this.stopped = true;
    removeEventListener('online', this.online);
    clearTimeout(this.timer);
    this.socket?.close();
    this.closePeers();
  }

  /** Says that a picture of somebody else is on the screen. */
  pictureShown(): void {
    this.firstFrameMs ??= performance.now() - this.startedAt;
  }

  private get seen(): CallMachine {
    void this.happened;
    return this.machine;
  }

  /** Tells the machine what happened, and does what it asks for. */
  private do(happen: (now: number) => void): void {
    if (this.stopped) return;
    happen(steadyNow());
    for (let effect; (effect = this.machine.pollEffect());) void this.carryOut(effect);
    clearTimeout(this.timer);
    const at = this.machine.pollTimeout();
    if (at !== undefined) {
      const wait = Math.min(Math.max(0, at - steadyNow()), LONGEST_TIMER_MS);
      this.timer = setTimeout(() => this.do((now) => this.machine.handleTimeout(now)), wait);
    }
    this.happened += 1;
  }

  private async carryOut(effect: Effect): Promise<void> {
    switch (effect.type) {
      case 'open_socket':
        this.socket = new SignalingSocket({
          opened: () => this.do((now) => this.machine.socketOpened(now)),
          message: (message) => this.do((now) => this.machine.receive(message, now)),
          closed: () => this.do((now) => this.machine.socketClosed(now)),
        });
        break;
      case 'close_socket':
        this.socket?.close();
        break;
      case 'send':
        this.socket?.send(effect.message);
        break;
      case 'new_peer':
        this.next?.close();
        this.nextNumber = effect.peer;
        await this.offer(effect.peer, this.prepare(effect.peer, effect.relays));
        break;
      case 'restart_ice':
        if (this.peer) await this.offer(effect.peer, this.peer.restart(effect.relays));
        break;
      case 'accept_answer': {
        const fresh = effect.peer === this.nextNumber ? this.next : undefined;
        if (fresh) {
          this.next = undefined;
          this.peer?.close();
          this.peer = fresh;
        }
        try {
          await this.peer?.answer(effect.sdp);
          if (fresh && fresh === this.peer) this.listen(fresh.incoming(effect.lines));
        } catch {
          this.do((now) => this.machine.peerFailed(effect.peer, now));
        }
        break;
      }
      case 'send_encodings':
        await this.peer?.sendOnly(effect.active);
        break;
      case 'close_peers':
        this.closePeers();
        break;
      case 'keep_grant':
        this.identity.granted(effect.grant, effect.visit.ends_at_ms - this.clock.now());
        break;
      case 'forget_grant':
        this.identity.grantRefused();
    }
  }

  private async prepare(peer: number, relays: IceServer[]): Promise<string> {
    await this.identity.devices?.();
    // Another one is wanted meanwhile, or none.
    if (peer !== this.nextNumber) throw new Error();
    this.next = new Peer(
      this.local,
      (state) => this.do((now) => this.machine.mediaChanged(peer, state, now)),
      relays,
    );
    return this.next.offer();
  }

  private async offer(peer: number, offer: Promise<string>): Promise<void> {
    try {
      const sdp = await offer;
      this.do((now) => this.machine.offerReady(peer, sdp, now));
    } catch {
      this.do((now) => this.machine.peerFailed(peer, now));
    }
  }

  private listen(incoming: Incoming[]): void {
    this.incoming = incoming;
    this.sound?.stop();
    this.sound = new SoundWatch(incoming, () => this.do((now) => this.machine.soundStalled(now)));
  }

  private closePeers(): void {
    this.sound?.stop();
    this.peer?.close();
    this.next?.close();
    this.peer = this.next = undefined;
    this.nextNumber = 0;
    this.incoming = [];
  }
}
