/** A media element that plays a stream. Browsers may want a tap before there is sound. */
import type { Attachment } from 'svelte/attachments';

/** Plays `stream`; `refused` is called when the browser wants a tap first. */
export function plays(
  stream: MediaStream | null,
  refused: () => void = () => {},
): Attachment<HTMLMediaElement> {
  return (element) => {
    element.srcObject = stream;
    if (!stream) return;
    const start = (): void => {
      element.play().catch((error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotAllowedError') refused();
      });
    };
    start();
    stream.addEventListener('addtrack', start);
    return () => stream.removeEventListener('addtrack', start);
  };
}

/** Starts everything on the page that was refused; called from a tap. */
export function playAll(): void {
  document.querySelectorAll<HTMLMediaElement>('audio, video').forEach((element) => {
    element.play().catch(() => {});
  });
}
