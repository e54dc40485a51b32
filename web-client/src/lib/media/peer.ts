/**
 * The one PeerConnection of a participant: its own sound and picture, and a pair of receive lines for
 * each of the three others. It is negotiated once; who is on which line, `joined.lines` says.
 */
import type { Joined } from '../protocol.generated';
import { encodings } from './layers';

const OTHERS = 3;

/** What one gets of another seat. */
export interface Incoming {
  seat: number;
  audio: MediaStream | null;
  video: MediaStream | null;
  /** The receivers behind them, for statistics. */
  videoReceiver: RTCRtpReceiver | null;
  audioReceiver: RTCRtpReceiver | null;
}

export class Peer {
  readonly connection: RTCPeerConnection;
  private readonly audioSender: RTCRtpSender;
  private readonly videoSender: RTCRtpSender;

  constructor(local: MediaStream) {
    this.connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    const [audio] = local.getAudioTracks();
    const [video] = local.getVideoTracks();
    this.audioSender = this.add(audio ?? 'audio', local, []);
    const width = video?.getSettings().width ?? 0;
    this.videoSender = this.add(video ?? 'video', local, video ? encodings(width) : []);
    for (let other = 0; other < OTHERS; other += 1) {
      prefer(this.connection.addTransceiver('audio', { direction: 'recvonly' }), 'audio');
      prefer(this.connection.addTransceiver('video', { direction: 'recvonly' }), 'video');
    }
  }

  /** An offer that is ready to be sent: candidates are not waited for, the server needs none. */
  async offer(restart = false): Promise<string> {
    const offer = await this.connection.createOffer({ iceRestart: restart });
    await this.connection.setLocalDescription(offer);
    return offer.sdp ?? '';
  }

  async answer(sdp: string): Promise<void> {
    await this.connection.setRemoteDescription({ type: 'answer', sdp });
  }

  /** Whose media comes on which line. */
  incoming(joined: Joined): Incoming[] {
    const receiver = (mid: string | undefined): RTCRtpReceiver | null =>
      (mid && this.connection.getTransceivers().find((each) => each.mid === mid)?.receiver) || null;
    return joined.lines.map((line) => {
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

  async replaceVideo(track: MediaStreamTrack): Promise<void> {
    await this.videoSender.replaceTrack(track);
  }

  async replaceAudio(track: MediaStreamTrack): Promise<void> {
    await this.audioSender.replaceTrack(track);
  }

  close(): void {
    this.connection.onconnectionstatechange = null;
    this.connection.oniceconnectionstatechange = null;
    this.connection.close();
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
