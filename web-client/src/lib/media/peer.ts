/**
 * The one PeerConnection of a participant: its own sound and picture, and a pair of receive lines for
 * each of the three others. It is negotiated once; who is on which line, `joined.lines` says.
 */
import type { IceServer, ReceiveLine } from '../protocol.generated';
import { SOUND, encodings } from './layers';

const OTHERS = 3;
const by = (iceServers: IceServer[]): RTCConfiguration => ({
  bundlePolicy: 'max-bundle',
  iceServers,
});

/** What one gets of another seat. */
export interface Incoming {
  seat: number;
  audio: MediaStream | null;
  video: MediaStream | null;
  /** The receivers behind them, for statistics. */
  videoReceiver: RTCRtpReceiver | null;
  audioReceiver: RTCRtpReceiver | null;
}

/** How media fares. `lost` is for good: a new connection helps, an ICE restart does not. */
export type MediaState = 'connecting' | 'connected' | 'disconnected' | 'failed' | 'lost';

export class Peer {
  readonly connection: RTCPeerConnection;
  private readonly audioSender: RTCRtpSender;
  private readonly videoSender: RTCRtpSender;

  constructor(
    local: MediaStream,
    private changed: (state: MediaState) => void,
    relays: IceServer[],
  ) {
    this.connection = new RTCPeerConnection(by(relays));
    const [audio] = local.getAudioTracks();
    const [video] = local.getVideoTracks();
    this.audioSender = this.add(audio ?? 'audio', local, audio ? SOUND : []);
    const { width = 0, height = 0 } = video?.getSettings() ?? {};
    const sendEncodings = video ? encodings(Math.max(width, height)) : [];
    this.videoSender = this.add(video ?? 'video', local, sendEncodings);
    for (let other = 0; other < OTHERS; other += 1) {
      prefer(this.connection.addTransceiver('audio', { direction: 'recvonly' }), 'audio');
      prefer(this.connection.addTransceiver('video', { direction: 'recvonly' }), 'video');
    }
    this.connection.onconnectionstatechange = () => this.changed(this.state());
  }

  /** An offer that is ready to be sent: candidates are not waited for, the server needs none. */
  async offer(iceRestart = false): Promise<string> {
    const offer = await this.connection.createOffer({ iceRestart });
    await this.connection.setLocalDescription(offer);
    return offer.sdp ?? '';
  }

  /** An offer to look for another way to the server, by relays too where there are any. */
  async restart(relays: IceServer[]): Promise<string> {
    if (relays.length > 0) this.connection.setConfiguration(by(relays));
    return this.offer(true);
  }

  async answer(sdp: string): Promise<void> {
    await this.connection.setRemoteDescription({ type: 'answer', sdp });
    // The server closes DTLS at the end, though packets would still find their way.
    const transport = this.audioSender.transport;
    if (transport) transport.onstatechange = () => this.changed(this.state());
  }

  /** Whose media comes on which line. */
  incoming(lines: ReceiveLine[]): Incoming[] {
    const receiver = (mid: string | undefined): RTCRtpReceiver | null =>
      (mid && this.connection.getTransceivers().find((each) => each.mid === mid)?.receiver) || null;
    return lines.map((line) => {
      const audioReceiver = receiver(line.audio_mid);
      const videoReceiver = receiver(line.video_mid);
      return {
        seat: line.seat,
        audio: audioReceiver && new MediaStream([audioReceiver.track]),
        video: videoReceiver && new MediaStream([videoReceiver.track]),
        audioReceiver,
        videoReceiver,
      };
    });
  }

  async replace(track: MediaStreamTrack): Promise<void> {
    await (track.kind === 'video' ? this.videoSender : this.audioSender).replaceTrack(track);
  }

  /** Sends those of its encodings that somebody needs; one without a name always. */
  async sendOnly(active: string[]): Promise<void> {
    const parameters = this.videoSender.getParameters();
    for (const encoding of parameters.encodings) {
      encoding.active = !encoding.rid || active.includes(encoding.rid);
    }
    // A browser that cannot goes on sending all, which is right too.
    await this.videoSender.setParameters(parameters).catch(() => {});
  }

  close(): void {
    this.changed = () => {};
    this.connection.close();
  }

  private state(): MediaState {
    const { connectionState: state, iceConnectionState: ice } = this.connection;
    if (this.audioSender.transport?.state === 'closed') return 'lost';
    if (state === 'failed') return ice === 'connected' || ice === 'completed' ? 'lost' : 'failed';
    return state === 'connected' || state === 'disconnected' ? state : 'connecting';
  }

  private add(
    source: MediaStreamTrack | 'audio' | 'video',
    local: MediaStream,
    sendEncodings: RTCRtpEncodingParameters[],
  ): RTCRtpSender {
    const nothing = typeof source === 'string';
    const transceiver = this.connection.addTransceiver(source, {
      direction: nothing ? 'inactive' : 'sendonly',
      ...(nothing ? {} : { streams: [local] }),
      ...(sendEncodings.length > 0 ? { sendEncodings } : {}),
    });
    prefer(transceiver, nothing ? source : (source.kind as 'audio' | 'video'));
    return transceiver.sender;
  }
}

const PREFERRED = {
  audio: ['audio/red', 'audio/opus'],
  video: ['video/vp8', 'video/h264', 'video/rtx'],
};

/** Offers what the service speaks, best first, and leaves out the rest: a shorter offer is read sooner. */
function prefer(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video'): void {
  const rank = (codec: RTCRtpCodec): number =>
    PREFERRED[kind].indexOf(codec.mimeType.toLowerCase());
  const known = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  const codecs = known.filter((codec) => rank(codec) >= 0).sort((a, b) => rank(a) - rank(b));
  // Older browsers cannot choose; theirs is then simply a longer offer.
  if (codecs.length > 0 && 'setCodecPreferences' in transceiver) {
    transceiver.setCodecPreferences(codecs);
  }
}
