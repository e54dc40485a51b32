/** How loud the microphone is, 0 to 1, some ten times a second. */
const EVERY_MS = 100;

export function watchLevel(stream: MediaStream, level: (value: number) => void): () => void {
  if (stream.getAudioTracks().length === 0 || typeof AudioContext === 'undefined') return () => {};
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    // -60 dBFS is silence, 0 dBFS is as loud as it gets.
    level(Math.max(0, 1 + (10 * Math.log10(power + 1e-9)) / 60));
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}
