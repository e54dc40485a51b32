/** Whether a microphone hears anything, and whether it hears the terminal's own loudspeaker: a soft tone, made here. */
import { isHeard, isSilent, tonePart } from './signals';

/** A tone that neither a hum nor a voice has much of, Hz. */
const TONE_HZ = 1_870;
const LOUD = 0.08;
const LISTEN_MS = 1_500;
const EVERY_MS = 50;
/** A page that nobody has touched may not be let play sound. */
const START_MS = 1_000;

export interface Heard {
  /** Digital silence, from beginning to end. */
  silent: boolean;
  tone: boolean;
}

/** Listens, then plays the tone and listens for it. `null`: the browser lets the page do neither. */
export async function hearOneself(
  mic: MediaStream,
  context: AudioContext,
  plays: () => void,
): Promise<Heard | null> {
  await Promise.race([context.resume().catch(() => {}), pause(START_MS)]);
  if (context.state !== 'running') return null;
  const analyser = new AnalyserNode(context, { fftSize: 2_048 });
  const source = context.createMediaStreamSource(mic);
  source.connect(analyser);
  const before = await listen(analyser);
  plays();
  const gain = new GainNode(context, { gain: 0 });
  const oscillator = new OscillatorNode(context, { frequency: TONE_HZ });
  oscillator.connect(gain).connect(context.destination);
  const [begin, end] = [context.currentTime + 0.05, context.currentTime + LISTEN_MS / 1_000];
  gain.gain.setTargetAtTime(LOUD, begin, 0.05);
  gain.gain.setTargetAtTime(0, end, 0.05);
  oscillator.start(begin);
  oscillator.stop(end + 0.3);
  const during = await listen(analyser);
  source.disconnect();
  return {
    silent: before.silent && during.silent,
    tone: isHeard(before.tone, during.tone),
  };
}

/** Listens for a while: how much of the tone there was, in the middle of all that was heard. */
async function listen(analyser: AnalyserNode): Promise<{ silent: boolean; tone: number }> {
  const samples = new Float32Array(analyser.fftSize);
  const parts: number[] = [];
  let silent = true;
  for (let heard = 0; heard < LISTEN_MS; heard += EVERY_MS) {
    await pause(EVERY_MS);
    analyser.getFloatTimeDomainData(samples);
    silent &&= isSilent(samples);
    parts.push(tonePart(samples, TONE_HZ, analyser.context.sampleRate));
  }
  parts.sort((one, other) => one - other);
  return { silent, tone: parts[Math.floor(parts.length / 2)] ?? 0 };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
