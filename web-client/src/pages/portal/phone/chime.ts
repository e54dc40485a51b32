/** Three soft tones, made on the spot, for hearing whether one hears. */
const TONES_HZ = [659, 784, 988];
const APART_SECONDS = 0.45;
const RING_SECONDS = 0.4;
const LOUD = 0.35;

/** Plays them; resolves when they have faded. Has to come from a tap. */
export async function chime(): Promise<void> {
  const context = new AudioContext();
  await context.resume();
  for (const [index, tone] of TONES_HZ.entries()) {
    const startAt = context.currentTime + 0.05 + index * APART_SECONDS;
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(LOUD, startAt);
    gain.gain.exponentialRampToValueAtTime(0.001, startAt + RING_SECONDS);
    const oscillator = new OscillatorNode(context, { frequency: tone });
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(startAt);
    oscillator.stop(startAt + RING_SECONDS);
    if (index < TONES_HZ.length - 1) continue;
    await new Promise((resolve) => (oscillator.onended = resolve));
  }
  await context.close();
}
